//! Pages that staff announce by their address, also when a feed brings them later.

use domain::post::State;
use service::{feeds, mailings::AnnounceError};
use store::posts::Post;
use testkit::{Page, on_both_engines};

use super::{
    newsroom::Newsroom,
    stage::{DAY, staff},
};

impl Newsroom {
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
}

on_both_engines! {
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

    async fn no_page_is_fetched_for_a_list_that_cannot_be_mailed(room: Newsroom) {
        room.stage.change_list(|settings| settings.postal_address = None).await;
        room.server.publish("/extra", Page::html("<title>Opening hours in winter</title>"));
        let url = room.server.url("/extra").parse().unwrap();

        let refused = feeds::adopt(room.stage.service(), &staff(), room.stage.list(), &url).await.unwrap_err();

        assert!(refused.to_string().contains("postal address"), "{refused}");
        assert_eq!(room.pages_asked_for("/extra"), 0);
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
}
