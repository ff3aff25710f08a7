//! What becomes of posts between the feed and a mailing.

use std::time::Duration;

use axum::http::StatusCode;
use domain::{MailingId, Topics, post::State};
use service::{
    feeds::{self, Decision},
    mailings::{Announce, AnnounceError},
};
use store::posts::Post;
use testkit::{Page, on_both_engines};

use super::{
    feeds::Newsroom,
    stage::{DAY, HOUR, MINUTE, staff},
};

impl Newsroom {
    /// New posts wait for ten minutes, as on a new list.
    async fn let_posts_settle(&self) {
        self.stage
            .change_list(|settings| settings.rules.settle_minutes = 10)
            .await;
    }

    /// The post of that title.
    async fn post(&self, title: &str) -> Post {
        let posts = feeds::posts_of(self.stage.service(), self.stage.list(), None, None, 1000)
            .await
            .unwrap();
        posts.into_iter().find(|post| post.content.title == title).unwrap()
    }

    async fn standing(&self, title: &str) -> (State, String) {
        let post = self.post(title).await;
        (post.state, post.reason)
    }

    async fn decide(&self, title: &str, decision: Decision) {
        let id = self.post(title).await.id;
        feeds::decide(self.stage.service(), &staff(), id, decision)
            .await
            .unwrap();
        self.stage.app.work().await;
    }

    /// Shows the blog as it now is in its feed.
    pub(super) fn show(&self) {
        self.server.publish("/feed", Page::rss(self.blog.rss()));
    }

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

    /// Has staff name a page of this server that no feed shows.
    async fn name(&self, path: &str) -> Post {
        self.server.publish(
            path,
            Page::html("<title>Opening hours</title><meta name=description content='At nine.'>"),
        );
        let url = self.server.url(path).parse().unwrap();
        feeds::adopt(self.stage.service(), &staff(), self.stage.list(), &url)
            .await
            .unwrap()
    }

    /// Has the feed show that page as a new post.
    async fn bring(&mut self, path: &str) {
        self.publish(&["Opening hours"]);
        self.blog.posts_mut()[0].link = self.server.url(path);
        self.show();
        self.look().await;
    }

    async fn announce(&self, post: &Post) -> Result<MailingId, AnnounceError> {
        let announced = service::mailings::announce(self.stage.service(), &staff(), post.id, Announce::default()).await;
        self.stage.app.work().await;
        announced
    }

    fn pages_asked_for(&self, path: &str) -> usize {
        self.server.count(path, 200)
    }
}

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

    async fn a_post_whose_page_is_gone_at_the_last_moment_is_not_mailed(room: Newsroom) {
        let mut room = room;
        room.let_posts_settle().await;
        let page = room.server.url("/post/gone");
        room.publish(&["Gone in the last minute"]);
        room.blog.posts_mut()[0].link = page;
        room.show();
        room.look().await;
        // The server answers 404 for what was never put there.
        room.stage.app.pass(10 * MINUTE).await;

        assert_eq!(room.standing("Gone in the last minute").await, (State::Skipped, "its page is gone".to_owned()));
        assert_eq!(room.stage.sink.accepted(), 0);
    }

    async fn what_the_feed_leaves_out_is_read_from_the_posts_page(room: Newsroom) {
        let mut room = room;
        room.let_posts_settle().await;
        let words = "Walk on. ".repeat(230);
        room.server.publish("/post/walk", Page::html(format!(
            "<title>A walk</title><meta property=og:image content=/walk.jpg><meta property=og:image:alt content='Two people walk'>\
             <meta name=author content='Dr. Lee'><article><p>{words}</p></article>"
        )));
        let page = room.server.url("/post/walk");
        room.publish(&["A walk a day"]);
        room.blog.posts_mut()[0].link = page;
        room.show();
        room.look().await;

        let content = room.post("A walk a day").await.content;

        assert_eq!(content.image_url, Some(room.server.url("/walk.jpg")));
        assert_eq!(content.image_alt.as_deref(), Some("Two people walk"));
        assert_eq!(content.minutes, Some(2));
        assert_eq!(content.author.as_deref(), Some("Dr. Maya Lindqvist"), "what the feed says stays");
        assert_eq!(room.pages_asked_for("/post/walk"), 1);
        room.look().await;
        assert_eq!(room.pages_asked_for("/post/walk"), 1, "it is read once");
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

    async fn categories_decide_what_a_list_takes_from_a_feed(room: Newsroom) {
        let mut room = room;
        let feed = room.row().await;
        let (included, excluded) = (&Topics::parse("sleep, food"), &Topics::parse("internal"));
        room.stage.service().db.write(|mut tx| async move {
            store::feeds::set_categories(&mut tx, feed.id, feed.version, (included, excluded)).await
        }).await.unwrap();
        room.publish(&["About sleep", "About nothing", "About us"]);
        room.blog.posts_mut()[2].categories = vec!["Sleep".to_owned()];
        room.blog.posts_mut()[0].categories = vec!["Food".to_owned(), "Internal".to_owned()];
        room.show();
        room.look().await;
        room.stage.app.pass(HOUR).await;

        assert_eq!(room.stage.subjects(), ["About sleep"]);
        assert_eq!(room.standing("About nothing").await, (State::Skipped, "left out: it is in none of food, sleep".to_owned()));
        assert_eq!(room.standing("About us").await, (State::Skipped, "left out: it is in internal".to_owned()));
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

    async fn a_page_that_was_read_is_not_read_again_for_a_correction_unless_it_is_another_page(room: Newsroom) {
        let mut room = room;
        room.let_posts_settle().await;
        for path in ["/soup", "/soups"] {
            room.server.publish(path, Page::html("<title>Soup</title><meta name=author content='Jane'>"));
        }
        room.publish(&["Soup"]);
        room.blog.posts_mut()[0].link = room.server.url("/soup");
        room.show();
        room.look().await;
        room.blog.posts_mut()[0].title = "Soup, corrected".to_owned();
        room.show();
        room.look().await;
        assert_eq!(room.pages_asked_for("/soup"), 1);
        assert!(room.post("Soup, corrected").await.page_read_at.is_some());

        room.blog.posts_mut()[0].link = room.server.url("/soups");
        room.show();
        room.look().await;

        assert_eq!((room.pages_asked_for("/soup"), room.pages_asked_for("/soups")), (1, 1));
    }

    async fn no_page_is_fetched_for_a_list_that_cannot_be_mailed(room: Newsroom) {
        room.stage.change_list(|settings| settings.postal_address = None).await;
        room.server.publish("/extra", Page::html("<title>Opening hours in winter</title>"));
        let url = room.server.url("/extra").parse().unwrap();

        let refused = feeds::adopt(room.stage.service(), &staff(), room.stage.list(), &url).await.unwrap_err();

        assert!(refused.to_string().contains("postal address"), "{refused}");
        assert_eq!(room.pages_asked_for("/extra"), 0);
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

    async fn a_page_that_no_feed_shows_is_announced_by_its_address(room: Newsroom) {
        room.server.publish("/extra", Page::html("<title>Opening hours in winter</title><meta name=description content='We open at nine.'>"));
        let url = room.server.url("/extra").parse().unwrap();

        let post = feeds::adopt(room.stage.service(), &staff(), room.stage.list(), &url).await.unwrap();
        let again = feeds::adopt(room.stage.service(), &staff(), room.stage.list(), &url).await.unwrap();
        service::mailings::announce(room.stage.service(), &staff(), post.id, Default::default()).await.unwrap();
        room.stage.app.work().await;

        assert_eq!((post.feed, again.id), (None, post.id));
        assert_eq!(room.stage.subjects(), ["Opening hours in winter"]);
    }

    async fn a_page_that_a_feed_brought_after_staff_named_it_is_not_mailed_twice(room: Newsroom) {
        let mut room = room;
        let named = room.name("/hours").await;
        room.bring("/hours").await;
        room.stage.app.pass(DAY).await;
        assert_eq!(room.stage.subjects(), ["Opening hours"]);

        let refused = room.announce(&named).await;
        room.stage.app.pass(DAY).await;

        assert!(matches!(refused, Err(AnnounceError::Mailed(_))), "{refused:?}");
        assert_eq!(room.stage.subjects(), ["Opening hours"]);
        let post = feeds::post_by_id(room.stage.service(), named.id).await.unwrap();
        assert_eq!((post.state, &*post.reason), (State::Baseline, "named by its address by staff, before a feed of this list brought it"));
    }

    async fn a_page_that_a_feed_brings_between_its_naming_and_its_announcement_is_not_mailed_twice(room: Newsroom) {
        let mut room = room;
        room.let_posts_settle().await;
        let named = room.name("/hours").await;
        room.bring("/hours").await;

        room.announce(&named).await.unwrap();
        room.stage.app.pass(DAY).await;

        assert_eq!(room.stage.subjects(), ["Opening hours"]);
        let url = room.server.url("/hours").parse().unwrap();
        let found = feeds::post_at(room.stage.service(), room.stage.list(), &url).await.unwrap();
        assert_eq!((found.feed, found.state), (Some(room.feed), State::Mailed));
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

    async fn staff_are_told_once_that_a_feed_cannot_be_read(room: Newsroom) {
        room.stage.change_list(|settings| settings.rules.reports_to = vec!["desk@elmstreet.example".parse().unwrap()]).await;
        room.server.publish("/feed", Page::Status(StatusCode::INTERNAL_SERVER_ERROR));
        for _ in 0..6 {
            room.stage.app.pass(Duration::from_secs(24 * 60 * 60)).await;
        }
        assert_eq!(room.stage.subjects(), ["The blog's feed cannot be read"]);

        room.show();
        room.stage.app.pass(DAY).await;
        assert_eq!(room.row().await.told_at, None);
    }
}
