//! An installation with a mailing that is ready to leave, for tests and benchmarks that let the real binary send it.

use std::{process::Command, time::Duration};

use domain::{MailingId, mailing::State};
use service::{
    feeds::{self, NewFeed},
    mailings::{self, Announce},
};
use store::{events::Origin, mailings::Mailing};
use testkit::{Blog, FeedServer, Page, TestDb, seed};
use url::Url;

use super::App;

/// An installation by the system's clock, and its frozen mailing that waits for a provider.
pub(crate) struct Prepared {
    pub(crate) app: App,
    mailing: MailingId,
}

impl Prepared {
    /// A mailing to that many readers of a post with that content.
    pub(crate) async fn new(mut test: TestDb, readers: u32, content: Option<String>) -> Self {
        test.db = test.in_real_time().await;
        test.clock = test.db.clock().clone();
        let mut app = App::over(test).await;
        app.restart(|settings| {
            settings.provider = None;
            settings.feed_allow_hosts = vec!["127.0.0.1".to_owned()];
        })
        .await;
        let server = FeedServer::start();
        let mut blog = Blog::new("https://blog.example.org");
        blog.publish("A walk a day", "Ten minutes are enough.").content = content;
        server.publish("/feed.xml", Page::rss(blog.rss()));

        let (service, origin) = (&app.service, Origin::system());
        let feed = Url::parse(&server.url("/feed.xml")).unwrap();
        feeds::connect(service, &origin, app.list, &NewFeed::all_of(feed))
            .await
            .unwrap();
        workers::drain(service).await.unwrap();
        let posts = feeds::posts_of(service, app.list, None, None, 10).await.unwrap();
        seed::readers(&app.test.url, app.list, readers).await;
        let mailing = mailings::announce(service, &origin, posts[0].id, Announce::default())
            .await
            .unwrap();
        workers::drain(service).await.unwrap();
        Self { app, mailing }
    }

    /// The command that does this installation's background work, as an operator starts it.
    pub(crate) fn worker(&self, provider: &str, lanes: usize) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paperround"));
        for (ours, _) in std::env::vars().filter(|(name, _)| name.starts_with("PAPERROUND_")) {
            command.env_remove(ours);
        }
        command
            .arg("work")
            .current_dir(self.app.test.folder.path())
            .env("PAPERROUND_DATA_DIR", self.app.test.folder.path().join("data"))
            .env("PAPERROUND_DATABASE_URL", &self.app.test.url)
            .env("PAPERROUND_SECRET_KEYS", self.app.service.keys.expose().trim())
            .env("PAPERROUND_SMTP_URL", provider)
            .env("PAPERROUND_SMTP_LANES", lanes.to_string())
            .env("PAPERROUND_LEASE_SECONDS", "5");
        command
    }

    /// The mailing as it stands.
    pub(crate) async fn mailing(&self) -> Mailing {
        mailings::by_id(&self.app.service, self.mailing).await.unwrap().unwrap()
    }

    /// Waits until every delivery has its last outcome; `Err` is where it stood when patience ended.
    pub(crate) async fn settled(&self, patience: Duration) -> Result<Mailing, Mailing> {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let mailing = self.mailing().await;
            if mailing.state == State::Settled {
                return Ok(mailing);
            }
            if tokio::time::Instant::now() >= deadline {
                return Err(mailing);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
