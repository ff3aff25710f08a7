//! What readers choose: how often, what about, and when not.

use std::time::Duration;

use axum::http::StatusCode;
use domain::{
    Cadence, Job, Millis, SubscriptionId, Topics, post,
    rules::Rules,
    subscription::{LeaveReason, State},
};
use service::{lists, readers};
use store::{
    events::Origin,
    feeds,
    jobs::{self, When},
    kept, pauses,
    posts::{self, Content},
    subscriptions::{self, Subscription},
};
use testkit::on_both_engines;

use crate::support::{Answer, App};

const ANN: &str = "ann@example.org";
const MONTHLY: &str = "monthly 1 09:00";
const WEEKLY: &str = "weekly mon,thu 09:00";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

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

    async fn save(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.web.post(path, &[&[("do", "save")], fields].concat()).await
    }

    async fn subscription(&self, id: SubscriptionId) -> Subscription {
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

    /// What the log says of a reader.
    async fn log(&self, id: SubscriptionId) -> Vec<String> {
        let subscriber = self.subscription(id).await.subscriber;
        let read = self
            .service
            .db
            .read(|mut tx| async move { kept::log(&mut tx, subscriber).await });
        read.await.unwrap().into_iter().map(|line| line.action).collect()
    }

    /// A post becomes ready on the list, and what is due goes out.
    async fn publish(&self, title: &str, categories: &[&str]) {
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
    async fn news(&self) -> Vec<String> {
        self.subjects(ANN).await.split_off(2)
    }
}

/// The inputs of a page, each by its value and whether it is chosen, in their order.
fn inputs<'a>(page: &'a Answer, name: &str) -> Vec<(&'a str, bool)> {
    let start = format!("name=\"{name}\" value=\"");
    let inputs = page.body.split(start.as_str()).skip(1);
    inputs
        .map(|rest| {
            let (value, rest) = rest.split_once('"').unwrap();
            (value, rest.starts_with(" checked"))
        })
        .collect()
}

on_both_engines! {
    async fn a_reader_chooses_how_often_and_sees_when_each_comes_next(app: App) {
        app.offer(|_| {}).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;

        let before = app.web.get(&page).await;
        let saved = app.save(&page, &[("cadence", MONTHLY)]).await;

        assert_eq!(inputs(&before, "cadence"), [("instant", true), (WEEKLY, false), (MONTHLY, false)]);
        assert!(before.body.contains("Every Monday and Thursday at 09:00 <small>next: Thu 26 November</small>"), "{}", before.body);
        assert!(before.body.contains("Every month on the 1st at 09:00 <small>next: Tue 1 December</small>"));
        assert_eq!(inputs(&saved, "cadence"), [("instant", false), (WEEKLY, false), (MONTHLY, true)]);
        assert!(saved.body.contains(r#"role="status">Your choice is saved."#));
        assert_eq!(app.chosen(id).await, (Some(MONTHLY.to_owned()), None));
    }

    async fn choosing_the_lists_own_cadence_follows_the_list_from_then_on(app: App) {
        app.offer(|_| {}).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;

        app.save(&page, &[("cadence", MONTHLY)]).await;
        app.save(&page, &[("cadence", "instant")]).await;

        assert_eq!(app.chosen(id).await, (None, None));
    }

    async fn a_list_that_offers_nothing_asks_nothing(app: App) {
        app.join(ANN).await;

        let page = app.web.get(&app.preferences().await).await;
        let form = app.web.get("/lists/blog").await;

        assert!(inputs(&page, "cadence").is_empty() && inputs(&page, "topic").is_empty());
        assert!(!page.body.contains("value=\"save\"") && page.body.contains("right away"));
        assert!(!form.body.contains("<select"));
    }

    async fn what_is_not_offered_is_refused_and_changes_nothing(app: App) {
        app.offer(|rules| rules.topics = Topics::parse("Sleep, Food")).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;
        let before = app.log(id).await;

        let cadence = app.save(&page, &[("cadence", "daily 09:00"), ("topic", "sleep")]).await;
        let topic = app.save(&page, &[("cadence", MONTHLY), ("topic", "money")]).await;
        let weeks = app.web.post(&page, &[("do", "pause"), ("weeks", "3")]).await;
        let nonsense = app.save(&page, &[("cadence", "now and then")]).await;

        for (answer, says) in [
            (cadence, "This mailing list does not come every day at 09:00: please choose again."),
            (topic, "is no topic of this mailing list"),
            (weeks, "A pause lasts for 1, 2, 4 or 8 weeks"),
        ] {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains("role=\"alert\"") && answer.body.contains(says), "{}", answer.body);
        }
        assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
        assert_eq!(app.chosen(id).await, (None, None));
        assert!(app.pauses(id).await.is_empty());
        assert_eq!(app.log(id).await, before);
    }

    async fn a_cadence_that_is_offered_no_more_stays_with_whoever_chose_it(app: App) {
        app.offer(|_| {}).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;
        app.save(&page, &[("cadence", MONTHLY)]).await;
        app.change_rules(|rules| rules.choices = vec![WEEKLY.parse().unwrap()]).await;

        let shown = app.web.get(&page).await;
        let kept = app.save(&page, &[("cadence", MONTHLY)]).await;

        assert_eq!(inputs(&shown, "cadence"), [("instant", false), (WEEKLY, false), (MONTHLY, true)]);
        assert_eq!(kept.status, StatusCode::OK);
        app.save(&page, &[("cadence", WEEKLY)]).await;
        let back = app.save(&page, &[("cadence", MONTHLY)]).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(app.chosen(id).await.0.as_deref(), Some(WEEKLY));
    }

    async fn topics_are_ticked_and_all_or_none_of_them_stand_for_everything(app: App) {
        app.offer(|rules| rules.topics = Topics::parse("Sleep, Food")).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;

        let before = app.web.get(&page).await;
        let sleep = app.save(&page, &[("cadence", "instant"), ("topic", "sleep")]).await;
        let one = app.chosen(id).await.1;
        app.publish("Eat well", &["Food"]).await;
        app.clock().advance(DAY);
        app.publish("Sleep well", &["SLEEP"]).await;
        app.save(&page, &[("topic", "sleep"), ("topic", "food")]).await;
        let all = app.chosen(id).await.1;
        app.save(&page, &[("topic", "food")]).await;
        app.save(&page, &[]).await;

        assert_eq!(inputs(&before, "topic"), [("food", true), ("sleep", true)]);
        assert_eq!(inputs(&sleep, "topic"), [("food", false), ("sleep", true)]);
        assert_eq!(one.as_deref(), Some("sleep"));
        assert_eq!(app.news().await, ["Sleep well"]);
        assert_eq!((all, app.chosen(id).await.1), (None, None));
    }

    async fn the_name_of_a_topic_is_text(app: App) {
        let hostile = r#""><script>alert(1)</script>"#;
        app.offer(|rules| rules.topics = [hostile, "sleep"].into_iter().collect()).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;

        let shown = app.web.get(&page).await;
        let saved = app.save(&page, &[("topic", hostile)]).await;
        let refused = app.save(&page, &[("topic", "<img src=x>")]).await;

        for answer in [&shown, &saved, &refused] {
            assert!(!answer.body.contains("<script") && !answer.body.contains("<img"), "{}", answer.body);
        }
        assert_eq!(app.chosen(id).await.1.as_deref(), Some(hostile));
    }

    async fn opening_the_page_changes_nothing_and_choosing_what_one_has_leaves_no_line(app: App) {
        app.offer(|rules| rules.topics = Topics::parse("Sleep, Food")).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;
        let before = app.log(id).await;

        for _ in 0..2 {
            app.web.get(&format!("{page}?do=save&cadence=instant&topic=sleep")).await;
        }
        app.save(&page, &[("cadence", "instant"), ("topic", "food"), ("topic", "sleep")]).await;
        app.web.post(&page, &[("do", "resume")]).await;

        assert_eq!(app.chosen(id).await, (None, None));
        assert_eq!(app.log(id).await, before);
        app.save(&page, &[("cadence", MONTHLY), ("topic", "food")]).await;
        app.web.post(&page, &[("do", "pause"), ("weeks", "1")]).await;
        app.web.post(&page, &[("do", "resume")]).await;
        // Lines of one millisecond have no order among themselves.
        let mut lines = app.log(id).await;
        lines.retain(|line| !before.contains(line));
        lines.sort_unstable();
        assert_eq!(
            lines,
            ["subscription.choose-cadence", "subscription.choose-topics", "subscription.pause", "subscription.resume"]
        );
    }

    async fn whoever_left_chooses_nothing(app: App) {
        app.offer(|_| {}).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;
        readers::leave(&app.service, &Origin::system(), id, LeaveReason::Page).await.unwrap();

        let chosen = app.save(&page, &[("cadence", MONTHLY)]).await;
        let paused = app.web.post(&page, &[("do", "pause"), ("weeks", "1")]).await;

        assert_eq!([chosen.status, paused.status], [StatusCode::UNPROCESSABLE_ENTITY; 2]);
        assert!(chosen.body.contains("You are not on this mailing list."));
        assert_eq!(app.subscription(id).await.state, State::Unsubscribed);
        assert_eq!((app.chosen(id).await.0, app.pauses(id).await.len()), (None, 0));
    }

    async fn a_reader_who_chose_once_a_month_gets_the_round_up_and_no_announcement(app: App) {
        app.offer(|_| {}).await;
        app.join(ANN).await;
        app.save(&app.preferences().await, &[("cadence", MONTHLY)]).await;

        app.publish("Sleep well", &[]).await;
        let now = app.news().await;
        app.pass(DAY * 6).await;
        let before_the_first = app.news().await;
        app.pass(DAY).await;

        assert!(now.is_empty() && before_the_first.is_empty(), "{now:?} {before_the_first:?}");
        assert_eq!(app.news().await, ["Your monthly round-up: Sleep well"]);
    }

    async fn a_paused_reader_gets_nothing_and_nothing_is_made_up_for_afterwards(app: App) {
        app.offer(|_| {}).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;

        let paused = app.web.post(&page, &[("do", "pause"), ("weeks", "4")]).await;
        app.publish("Sleep well", &[]).await;
        app.pass(DAY * 27).await;
        let meanwhile = app.news().await;
        app.pass(DAY * 2).await;
        let after = app.web.get(&page).await;
        app.publish("Eat well", &[]).await;

        assert!(paused.body.contains("Paused until 22 December."), "{}", paused.body);
        assert!(!paused.body.contains("next: "), "{}", paused.body);
        assert!(!after.body.contains("Paused until") && after.body.contains("next: "), "{}", after.body);
        assert!(meanwhile.is_empty(), "{meanwhile:?}");
        assert_eq!(app.news().await, ["Eat well"]);
        assert_eq!(app.pauses(id).await.len(), 1);
    }

    async fn a_pause_is_over_when_the_reader_says_so(app: App) {
        app.join(ANN).await;
        let page = app.preferences().await;
        app.web.post(&page, &[("do", "pause"), ("weeks", "8")]).await;
        app.publish("Sleep well", &[]).await;

        let resumed = app.web.post(&page, &[("do", "resume")]).await;
        app.clock().advance(DAY);
        app.publish("Eat well", &[]).await;

        assert!(resumed.body.contains("The list comes again.") && !resumed.body.contains("Paused until"));
        assert_eq!(app.news().await, ["Eat well"]);
    }

    async fn whoever_leaves_may_have_it_less_often_instead(app: App) {
        app.offer(|_| {}).await;
        let id = app.join(ANN).await;
        let leave = format!("/unsubscribe/{}", app.token("unsubscribe").await);
        let undo = format!("{leave}/undo");

        let left = app.web.post(&leave, &[]).await;
        let refused = app.web.post(&undo, &[("cadence", "daily 09:00")]).await;
        let still = app.subscription(id).await.state;
        let back = app.web.post(&undo, &[("cadence", MONTHLY)]).await;
        let again = app.web.post(&leave, &[]).await;

        assert!(left.body.contains("Get it once a month instead"), "{}", left.body);
        assert_eq!((refused.status, still), (StatusCode::BAD_REQUEST, State::Unsubscribed));
        assert_eq!(back.heading(), "You are back on the list");
        assert!(back.body.contains("every month on the 1st at 09:00"), "{}", back.body);
        assert_eq!(app.chosen(id).await.0.as_deref(), Some(MONTHLY));
        assert!(again.body.contains("Undo") && !again.body.contains("instead"), "nothing is slower than what they have");
    }

    async fn an_hour_after_leaving_less_often_is_not_offered_any_more(app: App) {
        app.offer(|_| {}).await;
        let id = app.join(ANN).await;
        let leave = format!("/unsubscribe/{}", app.token("unsubscribe").await);
        app.web.post(&leave, &[]).await;
        app.clock().advance(readers::UNDO_WITHIN + Duration::from_millis(1));

        let late = app.web.get(&leave).await;
        let pressed = app.web.post(&format!("{leave}/undo"), &[("cadence", MONTHLY)]).await;

        assert!(!late.body.contains("instead"));
        assert_eq!(pressed.heading(), "You have left the list");
        assert_eq!((app.subscription(id).await.state, app.chosen(id).await.0), (State::Unsubscribed, None));
    }

    async fn whoever_comes_back_has_what_they_chose_and_no_pause(app: App) {
        app.offer(|rules| rules.topics = Topics::parse("Sleep, Food")).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;
        app.save(&page, &[("cadence", MONTHLY), ("topic", "food")]).await;
        app.web.post(&page, &[("do", "pause"), ("weeks", "8")]).await;
        app.web.post(&page, &[("do", "leave")]).await;
        app.clock().advance(DAY);

        app.join(ANN).await;

        assert_eq!(app.chosen(id).await, (Some(MONTHLY.to_owned()), Some("food".to_owned())));
        assert!(app.pauses(id).await.is_empty());
    }

    async fn a_sign_up_that_nobody_confirmed_is_forgotten_also_after_a_pause(app: App) {
        let id = app.join(ANN).await;
        let page = app.preferences().await;
        app.web.post(&page, &[("do", "pause"), ("weeks", "8")]).await;
        app.web.post(&page, &[("do", "leave")]).await;
        app.clock().advance(DAY);
        app.sign_up(ANN).await;
        app.clock().advance(DAY * 31);

        let purged = readers::purge(&app.service).await.unwrap();

        assert_eq!(purged.signups, 1);
        assert_eq!(app.subscription(id).await.state, State::Unsubscribed);
    }
}
