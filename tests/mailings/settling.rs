//! New posts wait for last edits, or for the date that they bear.

use domain::post::State;
use testkit::on_both_engines;

use super::{
    newsroom::Newsroom,
    stage::{DAY, HOUR, MINUTE},
};

on_both_engines! {
    async fn a_new_post_is_mailed_when_it_has_settled_and_as_it_is_then(room: Newsroom) {
        let mut room = room;
        room.let_posts_settle().await;
        room.publish(&["Sleep wel"]);
        room.look().await;
        assert_eq!(room.standing("Sleep wel").await, (State::Settling, "waits for last edits until 24 November 2026, 08:10 UTC".to_owned()));

        room.stage.app.pass(9 * MINUTE).await;
        assert_eq!(room.stage.sink.accepted(), 0);
        room.blog.posts_mut()[0].title = "Sleep well".to_owned();
        room.show();
        room.stage.app.pass(MINUTE).await;

        assert_eq!(room.stage.subjects(), ["Sleep well"]);
    }

    async fn a_post_that_is_taken_back_before_it_settled_is_not_mailed_and_one_that_returns_is(room: Newsroom) {
        let mut room = room;
        room.let_posts_settle().await;
        room.publish(&["Too early"]);
        room.look().await;
        let taken_back = room.blog.posts_mut().remove(0);
        room.show();
        room.look().await;
        assert_eq!(room.standing("Too early").await, (State::Gone, "taken back: the feed no longer shows it".to_owned()));
        room.stage.app.pass(HOUR).await;
        assert_eq!(room.stage.sink.accepted(), 0);

        room.blog.posts_mut().insert(0, taken_back);
        room.show();
        room.look().await;
        room.stage.app.pass(HOUR).await;

        assert_eq!(room.stage.subjects(), ["Too early"]);
    }

    async fn old_undated_and_future_posts_have_fates_that_say_why(room: Newsroom) {
        let mut room = room;
        room.let_posts_settle().await;
        room.publish(&["From last year", "From next week"]);
        let now = room.stage.service().now().timestamp();
        let day = jiff::SignedDuration::from_hours(24);
        room.blog.posts_mut()[1].published = now - day * 300;
        room.blog.posts_mut()[0].published = now + day * 7;
        room.show();
        room.look().await;

        assert_eq!(room.standing("From last year").await.0, State::Baseline);
        assert_eq!(room.standing("From next week").await, (State::Settling, "dated in the future: waits until 1 December 2026, 08:00 UTC".to_owned()));
        for _ in 0..8 {
            room.stage.app.pass(DAY).await;
        }
        assert_eq!(room.stage.subjects(), ["From next week"]);
    }
}
