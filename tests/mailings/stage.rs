//! A service with a real provider: an SMTP sink that misbehaves on request.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    FeedId, ListId, MailingId, PostId, Topics,
    mailing::{Action, Outcome, State},
    post,
};
use mail::Provider;
use service::{
    Service,
    mailings::{self, Announce},
};
use store::{
    deliveries::{self, Addressed, Asked, Delivery},
    events::{Actor, Origin},
    feeds,
    mailings::{Counters, Mailing},
    posts::{self, Content},
    subscribers, subscriptions,
};
use testkit::{
    SmtpSink,
    smtp_sink::{Rule, Step},
};

use crate::support::{App, address};

/// The whole service, a sink as its provider, and a feed row for posts that come from nowhere.
pub(super) struct Stage {
    pub(super) app: App,
    pub(super) sink: SmtpSink,
    pub(super) feed: FeedId,
}

impl Stage {
    pub(super) async fn sqlite() -> Self {
        Self::over(App::sqlite().await).await
    }

    pub(super) async fn postgres() -> Self {
        Self::over(App::postgres().await).await
    }

    async fn over(mut app: App) -> Self {
        let sink = SmtpSink::keeping_messages();
        let url = sink.url();
        app.restart(|settings| {
            settings.provider = Some(Provider::Smtp(url.parse().unwrap()));
            settings.lanes = 2;
        })
        .await;
        let (list, all) = (app.list, Topics::default());
        let all = &all;
        let feed = app
            .service
            .db
            .write(|mut tx| async move {
                let feed = feeds::insert(&mut tx, list, "https://elmstreet.example/feed", (all, all)).await?;
                let never = tx.now() + Duration::from_secs(1_000_000_000);
                feeds::put_off(&mut tx, feed, never).await?;
                Ok::<_, store::Error>(feed)
            })
            .await
            .unwrap();
        Self { app, sink, feed }
    }

    pub(super) fn service(&self) -> &Service {
        &self.app.service
    }

    pub(super) fn list(&self) -> ListId {
        self.app.list
    }

    /// Confirmed readers `reader0@example.org`, `reader1@example.org`, ... of the list.
    pub(super) async fn add_readers(&self, how_many: usize) {
        for number in 0..how_many {
            self.add_reader(&format!("reader{number}@example.org")).await;
        }
    }

    pub(super) async fn add_reader(&self, text: &str) {
        let (address, list) = (&address(text), self.list());
        let hash = &self.service().keys.suppression_hash(address);
        self.service()
            .db
            .write(|mut tx| async move {
                let subscriber = subscribers::insert(&mut tx, address, hash, "en", "test").await?;
                let subscription = subscriptions::insert(&mut tx, subscriber, list).await?;
                subscriptions::join(&mut tx, subscription).await
            })
            .await
            .unwrap();
    }

    /// A post in the ledger, in that state.
    pub(super) async fn add_post(&self, title: &str, state: post::State) -> PostId {
        let (feed, list) = (self.feed, self.list());
        let content = &Content {
            identity: format!("guid:{title}"),
            link: Some(format!("https://elmstreet.example/{}", title.replace(' ', "-"))),
            canonical_link: Some(format!("elmstreet.example/{}", title.replace(' ', "-"))),
            fingerprint: title.to_owned(),
            title: title.to_owned(),
            author: Some("Dr. Ann Lee".to_owned()),
            published_at: Some(self.service().now()),
            excerpt: format!("{title}, in short."),
            html: Some(format!("<p>{title}, in full.</p>")),
            image_url: None,
            image_alt: None,
            minutes: None,
            categories: Vec::new(),
            revision: title.to_owned(),
        };
        let fate = &post::Fate::new(state, "for the test");
        self.service()
            .db
            .write(|mut tx| async move {
                let id = posts::insert(&mut tx, (Some(feed), list), content, fate).await?;
                Ok::<_, store::Error>(id.unwrap())
            })
            .await
            .unwrap()
    }

    /// Asks for a post to be announced, without running anything.
    pub(super) async fn announce(&self, title: &str) -> MailingId {
        let post = self.add_post(title, post::State::Baseline).await;
        mailings::announce(self.service(), &staff(), post, Announce::default())
            .await
            .unwrap()
    }

    /// Announces the post of that title as if it had not been mailed.
    pub(super) async fn announce_again(&self, title: &str) {
        let all = service::feeds::posts_of(self.service(), self.list(), None, None, 100)
            .await
            .unwrap();
        let post = all.iter().find(|post| post.content.title == title).unwrap();
        mailings::announce(self.service(), &staff(), post.id, Announce::default())
            .await
            .unwrap();
    }

    pub(super) async fn act(&self, mailing: MailingId, action: Action) {
        mailings::act(self.service(), &staff(), mailing, action).await.unwrap();
    }

    pub(super) async fn mailing(&self, id: MailingId) -> Mailing {
        mailings::by_id(self.service(), id).await.unwrap().unwrap()
    }

    /// All mailings of the list, the oldest first.
    pub(super) async fn mailings(&self) -> Vec<Mailing> {
        let mut all = mailings::page(self.service(), Some(self.list()), None, 1000)
            .await
            .unwrap();
        all.reverse();
        all
    }

    pub(super) async fn delivery(&self, mailing: MailingId, to: &str) -> Delivery {
        self.addressed(mailing, to).await.delivery
    }

    /// What the provider said about a delivery that it did not accept, or about one of which it gave no reference.
    pub(super) async fn said_of(&self, mailing: MailingId, to: &str) -> Option<String> {
        self.addressed(mailing, to).await.reply
    }

    async fn addressed(&self, mailing: MailingId, to: &str) -> Addressed {
        let all = mailings::look_at_readers(self.service(), &staff(), mailing, ALL)
            .await
            .unwrap();
        all.into_iter()
            .find(|found| found.address.as_ref().is_some_and(|address| address.as_str() == to))
            .unwrap()
    }

    /// How many deliveries have which outcome, after making sure that the counters say the same.
    pub(super) async fn outcomes(&self, mailing: MailingId) -> BTreeMap<Outcome, i64> {
        let counted = self
            .service()
            .db
            .read(|mut tx| async move { deliveries::count_by_outcome(&mut tx, mailing).await })
            .await
            .unwrap();
        let mut counters = self.mailing(mailing).await.counters;
        let mut recomputed = Counters {
            candidates: counters.candidates,
            deliveries: counted.iter().map(|(_, count)| count).sum(),
            excluded: counters.excluded,
            ..Counters::default()
        };
        for (outcome, count) in &counted {
            if let Some(counter) = recomputed.of(*outcome) {
                *counter = *count;
            }
        }
        assert_eq!(counters, recomputed, "the counters and the ledger differ");
        assert_eq!(counters.of(Outcome::Accepted).copied(), Some(counters.accepted));
        counted.into_iter().collect()
    }

    pub(super) async fn assert_state(&self, mailing: MailingId, state: State) {
        let mailing = self.mailing(mailing).await;
        assert_eq!(mailing.state, state, "{:?}", mailing.reason);
    }

    pub(super) fn reply(&self, step: Step, line: &str, to: &str) {
        self.sink.add_rule(Rule::reply(step, line).to(to));
    }
}

pub(super) fn staff() -> Origin {
    Origin {
        actor: Actor::Token("front desk".to_owned()),
        address: Some("192.0.2.1".to_owned()),
    }
}

/// Every delivery of a mailing.
pub(super) const ALL: Asked = Asked {
    outcome: None,
    after: 0,
    most: 10_000,
};

pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);
