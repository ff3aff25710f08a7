//! Posts that come twice, and those that only look as if they did.

use domain::post::State;
use service::{
    feeds::{self, Decision},
    mailings::AnnounceError,
};
use store::posts::Post;
use testkit::{Page, on_both_engines};

use super::{
    newsroom::Newsroom,
    stage::{DAY, HOUR, MINUTE, staff},
};

impl Newsroom {
    /// Shows the newest post a second time, under another guid.
    fn show_in_another_category_too(&mut self) {
        let mut again = self.blog.posts()[0].clone();
        again.guid.push_str(" in another category");
        self.blog.posts_mut().insert(0, again);
        self.show();
    }

    /// Gives the newest posts one page, as a changelog does.
    fn share_a_page(&mut self, how_many: usize) {
        for post in &mut self.blog.posts_mut()[..how_many] {
            post.link = format!("https://clinic.example/changes#{}", post.title);
        }
        self.show();
    }

    /// Brings a post, and shows it in another feed of the list too, where it is a copy.
    async fn copy_in_another_feed(&mut self) -> Post {
        let (service, list) = (self.stage.service().clone(), self.stage.list());
        let other = feeds::NewFeed::all_of(self.server.url("/other").parse().unwrap());
        self.server.publish("/other", Page::rss(self.blog.rss()));
        let other = feeds::connect(&service, &staff(), list, &other).await.unwrap();
        self.stage.app.work().await;
        self.publish(&["Soup"]);
        self.look().await;
        self.server.publish("/other", Page::rss(self.blog.rss()));
        feeds::look_now(&service, &staff(), other.id).await.unwrap();
        self.stage.app.pass(MINUTE).await;
        let posts = feeds::posts_of(&service, list, None, None, 1000).await.unwrap();
        let is_copy = |post: &Post| post.feed == Some(other.id) && post.content.title == "Soup";
        posts.into_iter().find(is_copy).unwrap()
    }
}

on_both_engines! {
    async fn a_post_that_a_feed_shows_once_for_each_category_is_one_post(room: Newsroom) {
        let mut room = room;
        room.publish(&["About sleep"]);
        room.show_in_another_category_too();
        room.look().await;
        room.stage.app.pass(DAY).await;

        assert_eq!(room.stage.subjects(), ["About sleep"]);
    }

    async fn a_post_that_a_feed_shows_twice_is_not_taken_for_a_rewritten_feed_when_the_feed_changes(room: Newsroom) {
        let mut room = room;
        room.publish(&["About sleep"]);
        room.show_in_another_category_too();
        room.look().await;
        room.publish(&["Soup"]);
        room.look().await;

        assert_eq!(room.row().await.question, None);
        let held = feeds::posts_of(room.stage.service(), room.stage.list(), Some(State::Held), None, 10).await.unwrap();
        assert_eq!(held, []);
    }

    async fn new_posts_that_share_a_page_are_all_mailed(room: Newsroom) {
        let mut room = room;
        room.publish(&["v1", "v2"]);
        room.share_a_page(2);
        room.look().await;
        room.stage.app.pass(DAY).await;

        let mailings = room.stage.mailings().await;
        let posts = service::mailings::posts_of(room.stage.service(), mailings[0].id).await.unwrap();
        let titles: Vec<&str> = posts.iter().map(|post| post.content.title.as_str()).collect();
        assert_eq!((mailings.len(), titles), (1, vec!["v1", "v2"]));
    }

    async fn a_new_post_on_the_page_of_an_older_one_is_asked_about_once_and_not_dropped(room: Newsroom) {
        let mut room = room;
        room.publish(&["v1"]);
        room.share_a_page(1);
        room.look().await;
        room.stage.app.pass(DAY).await;
        room.publish(&["v2"]);
        room.share_a_page(2);
        room.look().await;

        let reason = "looks like a post that was mailed already: was the feed rewritten?";
        assert_eq!(room.standing("v2").await, (State::Held, reason.to_owned()));
        assert!(room.row().await.question.is_some());
        room.decide("v2", Decision::Release).await;
        room.look().await;
        room.stage.app.pass(DAY).await;

        assert_eq!(room.row().await.question, None);
        assert_eq!(room.stage.subjects(), ["v1", "v2"]);
    }

    async fn a_post_that_another_feed_of_the_list_left_out_is_said_to_be_left_out(room: Newsroom) {
        let mut room = room;
        room.let_posts_settle().await;
        let other = feeds::NewFeed::all_of(room.server.url("/other").parse().unwrap());
        room.server.publish("/other", Page::rss(room.blog.rss()));
        feeds::connect(room.stage.service(), &staff(), room.stage.list(), &other).await.unwrap();
        room.stage.app.work().await;
        room.publish(&["Left out", "Brought"]);
        room.look().await;
        room.decide("Left out", Decision::Skip).await;

        room.server.publish("/other", Page::rss(room.blog.rss()));
        room.stage.app.pass(11 * MINUTE).await;

        let copies = feeds::posts_of(room.stage.service(), room.stage.list(), Some(State::Skipped), None, 10).await.unwrap();
        let told: Vec<(&str, &str)> = copies.iter().map(|post| (&*post.content.title, &*post.reason)).collect();
        assert_eq!(told, [
            ("Brought", "another feed of this list has brought it, and it waits there"),
            ("Left out", "was left out when another feed of this list brought it"),
            ("Left out", "skipped by token:front desk"),
        ]);
    }

    async fn a_copy_of_a_post_that_was_mailed_is_not_announced_in_its_place(room: Newsroom) {
        let mut room = room;
        room.copy_in_another_feed().await;

        let link = room.blog.posts()[0].link.parse().unwrap();
        let found = feeds::post_at(room.stage.service(), room.stage.list(), &link).await.unwrap();

        assert_eq!((found.feed, found.state), (Some(room.feed), State::Mailed));
        assert_eq!(room.stage.subjects(), ["Soup"]);
    }

    async fn a_copy_of_a_post_that_was_mailed_is_not_announced_without_again(room: Newsroom) {
        let mut room = room;
        let copy = room.copy_in_another_feed().await;

        let refused = room.announce(&copy).await;

        assert_eq!(copy.state, State::Skipped);
        assert!(matches!(refused, Err(AnnounceError::Mailed(_))), "{refused:?}");
    }

    async fn a_copy_that_staff_restored_is_not_mailed_beside_its_original_that_is_announced(room: Newsroom) {
        let mut room = room;
        room.let_posts_settle().await;
        let copy = room.copy_in_another_feed().await;
        room.stage.change_list(|settings| settings.cadence = "weekly fri 09:00".parse().unwrap()).await;
        feeds::decide(room.stage.service(), &staff(), copy.id, Decision::Restore).await.unwrap();

        room.announce(&copy).await.unwrap();
        room.stage.app.pass(HOUR * 24 * 8).await;

        assert_eq!(room.stage.subjects(), ["Soup"]);
        let copy = feeds::post_by_id(room.stage.service(), copy.id).await.unwrap();
        assert_eq!(copy.state, State::Skipped);
    }
}
