//! What readers choose on their preference page: how often, of what the list offers.

use axum::http::StatusCode;
use domain::{
    SubscriptionId, Topics,
    subscription::{LeaveReason, State},
};
use service::readers;
use store::{events::Origin, kept};
use testkit::on_both_engines;

use super::preferences::{ANN, DAY, MONTHLY, WEEKLY, inputs};
use crate::support::App;

impl App {
    /// What the log says of a reader.
    async fn log(&self, id: SubscriptionId) -> Vec<String> {
        let subscriber = self.subscription(id).await.subscriber;
        let read = self
            .service
            .db
            .read(|mut tx| async move { kept::log(&mut tx, subscriber).await });
        read.await.unwrap().into_iter().map(|line| line.action).collect()
    }
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
}
