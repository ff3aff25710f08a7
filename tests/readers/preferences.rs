//! What a list lets its readers choose on their preference page, what one of them chose, and what came of it.

use std::time::Duration;

use domain::{Cadence, Job, Millis, SubscriptionId, Topics, post, rules::Rules};
use service::lists;
use store::{
    events::Origin,
    feeds,
    jobs::{self, When},
    pauses,
    posts::{self, Content},
    subscriptions::{self, Subscription},
};

use crate::support::{Answer, App};

pub(super) const ANN: &str = "ann@example.org";
pub(super) const MONTHLY: &str = "monthly 1 09:00";
pub(super) const WEEKLY: &str = "weekly mon,thu 09:00";
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl App {
    /// Lets the list offer a round-up twice a week and once a month beside each post right away, and what else is asked.
    pub(super) async fn offer(&self, change: impl FnOnce(&mut Rules)) {
        self.change_rules(|rules| {
            rules.choices = vec![MONTHLY.parse().unwrap(), WEEKLY.parse().unwrap()];
            change(rules);
        })
        .await;
    }

    pub(super) async fn change_rules(&self, change: impl FnOnce(&mut Rules)) {
        let list = lists::by_id(&self.service, self.list).await.unwrap();
        let mut settings = list.settings.clone();
        change(&mut settings.rules);
        lists::change(&self.service, &Origin::system(), list.id, list.version, &settings)
            .await
            .unwrap();
    }

    /// The path of the preference page of whoever was mailed last.
    pub(super) async fn preferences(&self) -> String {
        format!("/preferences/{}", self.token("preferences").await)
    }

    pub(super) async fn save(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.web.post(path, &[&[("do", "save")], fields].concat()).await
    }

    pub(super) async fn subscription(&self, id: SubscriptionId) -> Subscription {
        let read = self
            .service
            .db
            .read(|mut tx| async move { subscriptions::find(&mut tx, id).await });
        read.await.unwrap().unwrap()
    }

    /// What a reader chose, as it is spelled.
    pub(super) async fn chosen(&self, id: SubscriptionId) -> (Option<String>, Option<String>) {
        let subscription = self.subscription(id).await;
        (
            subscription.cadence.as_ref().map(Cadence::spelling),
            subscription.topics.as_ref().map(Topics::to_string),
        )
    }

    pub(super) async fn pauses(&self, id: SubscriptionId) -> Vec<(Millis, Millis)> {
        let read = self
            .service
            .db
            .read(|mut tx| async move { pauses::of_subscription(&mut tx, id).await });
        let pauses = read.await.unwrap();
        pauses.iter().map(|pause| (pause.from, pause.until)).collect()
    }

    /// A post becomes ready on the list, and what is due goes out.
    pub(super) async fn publish(&self, title: &str, categories: &[&str]) {
        let list = self.list;
        let content = &Content {
            identity: format!("guid:{title}"),
            link: Some(format!("https://elmstreet.example/{title}")),
            canonical_link: Some(format!("elmstreet.example/{title}")),
            fingerprint: title.to_owned(),
            title: title.to_owned(),
            author: None,
            published_at: Some(self.clock().now()),
            excerpt: format!("{title}, in short."),
            html: None,
            image_url: None,
            image_alt: None,
            minutes: None,
            categories: categories.iter().map(|category| (*category).to_owned()).collect(),
            revision: title.to_owned(),
        };
        let ready = &post::Fate::new(post::State::Ready, "for the test");
        let all = &Topics::default();
        self.service
            .db
            .write(|mut tx| async move {
                let feed =
                    feeds::insert(&mut tx, list, &format!("https://{}.example", content.title), (all, all)).await?;
                let never = tx.now() + DAY * 10_000;
                feeds::put_off(&mut tx, feed, never).await?;
                posts::insert(&mut tx, (Some(feed), list), content, ready).await?;
                jobs::enqueue(&mut tx, &Job::PlanMailing { list }, When::now()).await
            })
            .await
            .unwrap();
        self.work().await;
    }

    /// The subjects of what came after the confirmation and the welcome.
    pub(super) async fn news(&self) -> Vec<String> {
        self.subjects(ANN).await.split_off(2)
    }
}

/// The inputs of a page, each by its value and whether it is chosen, in their order.
pub(super) fn inputs<'a>(page: &'a Answer, name: &str) -> Vec<(&'a str, bool)> {
    let start = format!("name=\"{name}\" value=\"");
    let inputs = page.body.split(start.as_str()).skip(1);
    inputs
        .map(|rest| {
            let (value, rest) = rest.split_once('"').unwrap();
            (value, rest.starts_with(" checked"))
        })
        .collect()
}
