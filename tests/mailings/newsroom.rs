//! A blog whose feed is connected to the list of a stage.

use domain::{FeedId, MailingId, post::State};
use service::{
    feeds::{self, Decision, NewFeed},
    mailings::{self, Announce, AnnounceError},
};
use store::posts::Post;
use testkit::{Blog, FeedServer, Page};
use url::Url;

use super::stage::{Stage, staff};

/// A stage with a blog on a server, whose feed is connected to the list.
pub(super) struct Newsroom {
    pub(super) stage: Stage,
    pub(super) server: FeedServer,
    pub(super) blog: Blog,
    pub(super) feed: FeedId,
}

impl Newsroom {
    pub(super) async fn sqlite() -> Self {
        Self::over(Stage::sqlite().await).await
    }

    pub(super) async fn postgres() -> Self {
        Self::over(Stage::postgres().await).await
    }

    async fn over(mut stage: Stage) -> Self {
        stage
            .app
            .restart(|settings| settings.feed_allow_hosts = vec!["127.0.0.1".to_owned()])
            .await;
        stage.add_readers(1).await;
        let server = FeedServer::start();
        let blog = Blog::new("https://clinic.example")
            .post("Old one", "One.")
            .post("Old two", "Two.");
        server.publish("/feed", Page::rss(blog.rss()));
        let url = Url::parse(&server.url("/feed")).unwrap();
        let feed = feeds::connect(stage.service(), &staff(), stage.list(), &NewFeed::all_of(url))
            .await
            .unwrap()
            .id;
        stage.app.work().await;
        Self {
            stage,
            server,
            blog,
            feed,
        }
    }

    /// New posts of those titles, a minute apart, the newest last.
    pub(super) fn publish(&mut self, titles: &[&str]) {
        let now = self.stage.service().now().timestamp();
        for (left, title) in (0..titles.len()).rev().zip(titles) {
            let minutes = jiff::SignedDuration::from_mins(left.try_into().unwrap());
            self.blog.publish(title, "In short.").published = now - minutes;
        }
        self.show();
    }

    /// Shows the blog as it now is in its feed.
    pub(super) fn show(&self) {
        self.server.publish("/feed", Page::rss(self.blog.rss()));
    }

    /// Looks at the feed, and does what follows from it.
    pub(super) async fn look(&self) {
        feeds::look_now(self.stage.service(), &staff(), self.feed)
            .await
            .unwrap();
        self.stage.app.work().await;
    }

    /// The posts in that state, the oldest first.
    pub(super) async fn posts(&self, state: State) -> Vec<Post> {
        let mut posts = feeds::posts_of(self.stage.service(), self.stage.list(), Some(state), None, 1000)
            .await
            .unwrap();
        posts.sort_by_key(|post| post.content.published_at);
        posts
    }

    pub(super) async fn row(&self) -> store::feeds::Feed {
        feeds::by_id(self.stage.service(), self.feed).await.unwrap().unwrap()
    }

    /// New posts wait for ten minutes, as on a new list.
    pub(super) async fn let_posts_settle(&self) {
        self.stage
            .change_list(|settings| settings.rules.settle_minutes = 10)
            .await;
    }

    /// The post of that title.
    pub(super) async fn post(&self, title: &str) -> Post {
        let posts = feeds::posts_of(self.stage.service(), self.stage.list(), None, None, 1000)
            .await
            .unwrap();
        posts.into_iter().find(|post| post.content.title == title).unwrap()
    }

    /// Where the post of that title stands, and why.
    pub(super) async fn standing(&self, title: &str) -> (State, String) {
        let post = self.post(title).await;
        (post.state, post.reason)
    }

    pub(super) async fn decide(&self, title: &str, decision: Decision) {
        let id = self.post(title).await.id;
        feeds::decide(self.stage.service(), &staff(), id, decision)
            .await
            .unwrap();
        self.stage.app.work().await;
    }

    pub(super) async fn announce(&self, post: &Post) -> Result<MailingId, AnnounceError> {
        let announced = mailings::announce(self.stage.service(), &staff(), post.id, Announce::default()).await;
        self.stage.app.work().await;
        announced
    }

    pub(super) fn pages_asked_for(&self, path: &str) -> usize {
        self.server.count(path, 200)
    }
}
