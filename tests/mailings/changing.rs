//! Readers who come to another cadence, by their own choice or with their list.

use domain::{
    mailing::{Action, State},
    rules::Approval,
};
use testkit::on_both_engines;

use super::{
    owing::cadence,
    stage::{DAY, Stage},
};

impl Stage {
    /// Four posts in December, of which the first three come after the monthly round-up. The fourth is not out yet.
    async fn three_posts_after_the_round_up(&self) {
        self.app.pass(DAY * 8).await;
        for number in 1..=3 {
            self.publish(&format!("Post {number}")).await;
            self.app.pass(DAY * 9).await;
        }
    }

    async fn call_off_the_draft(&self) {
        let newest = self.mailings().await.pop().unwrap();
        assert_eq!(newest.state, State::Draft);
        self.act(newest.id, Action::Cancel).await;
    }

    async fn send_unasked(&self) {
        self.change_list(|settings| settings.rules.approval = Approval::Automatic {})
            .await;
    }
}

on_both_engines! {
    async fn whoever_changes_from_once_a_month_to_right_away_misses_nothing(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader_at("instant@example.org", "instant").await;
        stage.add_reader_at("changing@example.org", "monthly 1 09:00").await;
        stage.three_posts_after_the_round_up().await;

        stage.choose("changing@example.org", "instant").await;
        stage.hours(24).await;
        let at_once = stage.inbox("changing@example.org");
        stage.publish("Post 4").await;
        stage.hours(1).await;

        assert!(at_once.is_empty(), "a change makes no mailing: {at_once:?}");
        assert_eq!(stage.inbox("changing@example.org"), [["Post 1", "Post 2", "Post 3", "Post 4"]]);
        assert_eq!(stage.inbox("instant@example.org"), [["Post 1"], ["Post 2"], ["Post 3"], ["Post 4"]]);
    }

    async fn whoever_tries_several_cadences_on_one_day_misses_nothing(stage: Stage) {
        stage.change_list(|settings| {
            settings.cadence = cadence("daily 09:00");
            settings.rules.choices = vec![cadence("instant"), cadence("monthly 1 09:00")];
        }).await;
        stage.add_reader("daily@example.org").await;
        stage.add_reader_at("changing@example.org", "monthly 1 09:00").await;
        stage.three_posts_after_the_round_up().await;

        stage.choose("changing@example.org", "instant").await;
        stage.choose("changing@example.org", "daily 09:00").await;
        stage.publish("Post 4").await;
        stage.hours(24).await;

        assert_eq!(stage.inbox("changing@example.org"), [["Post 1", "Post 2", "Post 3", "Post 4"]]);
    }

    async fn whoever_comes_with_more_than_finds_room_gets_all_of_it_in_order(stage: Stage) {
        stage.offer_choices().await;
        stage.change_list(|settings| settings.rules.max_posts = 2).await;
        stage.add_reader_at("instant@example.org", "instant").await;
        stage.add_reader_at("changing@example.org", "monthly 1 09:00").await;
        stage.three_posts_after_the_round_up().await;

        stage.choose("changing@example.org", "instant").await;
        stage.publish("Post 4").await;
        stage.hours(24).await;

        assert_eq!(stage.inbox("changing@example.org"), [["Post 1", "Post 2"], ["Post 3", "Post 4"]]);
    }

    async fn a_list_that_changes_to_a_cadence_which_others_had_chosen_loses_nothing(stage: Stage) {
        stage.change_list(|settings| {
            settings.cadence = cadence("monthly 1 09:00");
            settings.rules.choices = vec![cadence("instant")];
        }).await;
        stage.add_reader("list@example.org").await;
        stage.add_reader_at("instant@example.org", "instant").await;
        stage.three_posts_after_the_round_up().await;

        stage.change_list(|settings| {
            settings.cadence = cadence("instant");
            settings.rules.choices = Vec::new();
        }).await;
        stage.publish("Post 4").await;
        stage.hours(1).await;

        assert_eq!(stage.inbox("list@example.org"), [["Post 1", "Post 2", "Post 3", "Post 4"]]);
        assert_eq!(stage.inbox("instant@example.org"), [["Post 1"], ["Post 2"], ["Post 3"], ["Post 4"]]);
    }

    async fn whoever_came_from_once_a_month_misses_nothing_when_the_next_mailing_is_called_off_as_a_draft(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader_at("instant@example.org", "instant").await;
        stage.add_reader_at("changing@example.org", "monthly 1 09:00").await;
        stage.three_posts_after_the_round_up().await;
        stage.choose("changing@example.org", "instant").await;

        stage.ask_before_sending().await;
        stage.publish("Post 4").await;
        stage.hours(1).await;
        stage.call_off_the_draft().await;
        stage.send_unasked().await;
        stage.hours(24).await;
        let called_off = stage.inbox("changing@example.org");
        stage.publish("Post 5").await;
        stage.hours(1).await;

        assert!(called_off.is_empty(), "what was called off makes no mailing: {called_off:?}");
        assert_eq!(stage.inbox("changing@example.org"), [["Post 1", "Post 2", "Post 3", "Post 4", "Post 5"]]);
        assert_eq!(stage.inbox("instant@example.org"), [vec!["Post 1"], vec!["Post 2"], vec!["Post 3"], vec!["Post 4", "Post 5"]]);
    }

    async fn whoever_leaves_a_cadence_after_its_mailing_was_called_off_as_a_draft_takes_its_posts_along(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader_at("instant@example.org", "instant").await;
        stage.add_reader_at("changing@example.org", "monthly 1 09:00").await;
        stage.three_posts_after_the_round_up().await;
        stage.ask_before_sending().await;
        stage.app.pass(DAY * 4).await;
        stage.call_off_the_draft().await;
        stage.send_unasked().await;

        stage.choose("changing@example.org", "instant").await;
        stage.hours(24).await;
        let at_once = stage.inbox("changing@example.org");
        stage.publish("Post 4").await;
        stage.hours(1).await;

        assert!(at_once.is_empty(), "a change makes no mailing: {at_once:?}");
        assert_eq!(stage.inbox("changing@example.org"), [["Post 1", "Post 2", "Post 3", "Post 4"]]);
        assert_eq!(stage.inbox("instant@example.org"), [["Post 1"], ["Post 2"], ["Post 3"], ["Post 4"]]);
    }
}
