//! Posts that are held for staff, what staff are asked about them, and what they decide of these and others.

use domain::post::State;
use service::feeds::{self, Decision};
use testkit::on_both_engines;

use super::{
    newsroom::Newsroom,
    stage::{DAY, HOUR, MINUTE, staff},
};

on_both_engines! {
    async fn more_than_five_new_posts_at_once_are_held_until_somebody_releases_them(room: Newsroom) {
        let mut room = room;
        room.publish(&["One", "Two", "Three", "Four", "Five", "Six"]);

        room.look().await;

        let held = room.posts(State::Held).await;
        assert_eq!(held.len(), 6);
        assert_eq!(held[0].reason, "6 new posts at once: was the blog moved or its feed rewritten?");
        assert!(room.stage.mailings().await.is_empty());
        feeds::decide(room.stage.service(), &staff(), held[0].id, Decision::Release).await.unwrap();
        feeds::decide(room.stage.service(), &staff(), held[1].id, Decision::Skip).await.unwrap();
        assert!(feeds::decide(room.stage.service(), &staff(), held[1].id, Decision::Skip).await.is_err());
        room.stage.app.work().await;
        assert_eq!(room.posts(State::Mailed).await.len(), 1);
        assert_eq!(room.posts(State::Held).await.len(), 4);
        assert_eq!(room.stage.sink.accepted(), 1);
    }

    async fn a_feed_whose_guids_were_rewritten_is_held_and_not_mailed(room: Newsroom) {
        let mut room = room;
        for post in room.blog.posts_mut() {
            post.guid = format!("new-{}", post.guid);
        }
        room.show();

        room.look().await;

        assert_eq!(room.posts(State::Held).await.len(), 2);
        assert!(room.stage.mailings().await.is_empty());
    }

    async fn a_blog_that_moved_asks_staff_one_question_and_mails_nothing_of_its_archive(room: Newsroom) {
        let mut room = room;
        for post in room.blog.posts_mut() {
            post.guid = format!("moved-{}", post.guid);
            post.link = post.link.replace("clinic.example", "new.example");
        }
        room.show();

        room.look().await;

        assert_eq!(
            room.row().await.question.as_deref(),
            Some("2 posts that are here already came again under other ids or addresses: was the blog moved? Mail them only if they are not the same.")
        );
        let skipped = feeds::answer(room.stage.service(), &staff(), room.feed, false).await.unwrap();
        assert_eq!((skipped, room.row().await.question), (2, None));
        room.publish(&["The first of the new blog"]);
        room.look().await;
        assert_eq!(room.stage.subjects(), ["The first of the new blog"]);
    }

    async fn staff_are_asked_about_a_post_that_is_dated_far_ahead(room: Newsroom) {
        let mut room = room;
        room.publish(&["From next year"]);
        room.blog.posts_mut()[0].published = room.stage.service().now().timestamp() + jiff::SignedDuration::from_hours(24 * 40);
        room.show();
        room.look().await;

        let asked = "A post waits for you: dated 3 January 2027, far in the future: is that a mistake?";
        assert_eq!(room.standing("From next year").await.0, State::Held);
        assert_eq!(room.row().await.question.as_deref(), Some(asked));
    }

    async fn held_posts_that_vanish_and_return_are_still_held(room: Newsroom) {
        let mut room = room;
        room.publish(&["One", "Two", "Three", "Four", "Five", "Six"]);
        room.look().await;
        let all = room.blog.posts().to_vec();
        room.blog.posts_mut().retain(|post| post.title.starts_with("Old"));
        room.show();
        room.look().await;
        *room.blog.posts_mut() = all;
        room.show();
        room.look().await;
        room.stage.app.pass(DAY).await;

        assert_eq!(room.standing("Six").await.0, State::Held);
        assert_eq!(room.stage.sink.accepted(), 0);
    }

    async fn announcing_the_last_post_that_is_held_closes_the_question(room: Newsroom) {
        let mut room = room;
        room.blog.posts_mut().truncate(1);
        room.blog.posts_mut()[0].guid = "rewritten".to_owned();
        room.show();
        room.look().await;
        assert!(room.row().await.question.is_some());

        let held = feeds::posts_of(room.stage.service(), room.stage.list(), Some(State::Held), None, 10).await.unwrap();
        service::mailings::announce(room.stage.service(), &staff(), held[0].id, Default::default()).await.unwrap();

        assert_eq!((held.len(), room.row().await.question), (1, None));
    }

    async fn staff_skip_restore_and_leave_out(room: Newsroom) {
        let mut room = room;
        room.stage.change_list(|settings| {
            settings.cadence = "daily 09:00".parse().unwrap();
            settings.rules.settle_minutes = 10;
        }).await;
        room.publish(&["Skipped", "Later"]);
        room.look().await;
        room.stage.app.pass(HOUR).await;

        room.decide("Skipped", Decision::Skip).await;
        room.decide("Later", Decision::LeaveOut).await;
        room.stage.app.pass(DAY).await;
        assert_eq!(room.stage.sink.accepted(), 0);
        room.stage.app.pass(MINUTE).await;
        room.decide("Skipped", Decision::Restore).await;
        room.stage.app.pass(DAY).await;

        let mailings = room.stage.mailings().await;
        let posts = service::mailings::posts_of(room.stage.service(), mailings[0].id).await.unwrap();
        let titles: Vec<&str> = posts.iter().map(|post| post.content.title.as_str()).collect();
        assert_eq!((mailings.len(), titles), (1, vec!["Later", "Skipped"]));
    }
}
