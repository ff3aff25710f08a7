//! Readers who are away for a while.

use domain::{Topics, subscription::State};
use service::readers;
use testkit::on_both_engines;

use super::preferences::{ANN, DAY, MONTHLY};
use crate::support::App;

on_both_engines! {
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
