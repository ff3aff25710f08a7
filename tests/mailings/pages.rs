//! What is read from the pages of posts, and when.

use domain::post::State;
use testkit::{Page, on_both_engines};

use super::{newsroom::Newsroom, stage::MINUTE};

on_both_engines! {
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
}
