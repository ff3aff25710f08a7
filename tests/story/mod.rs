//! The story that everything else is for: readers come to a blog's list, get its posts, and leave.
//!
//! Readers use the pages, the blog is on a web server, mail goes to an SMTP server. Only the clock is moved by hand.

mod announcement;
mod digest;

use std::time::Duration;

use mail::Provider;
use service::feeds::{self, NewFeed};
use store::events::Origin;
use testkit::{Blog, FeedServer, Mail, Page, SmtpSink};
use url::Url;

use crate::support::{Answer, App};

const ANN: &str = "ann@example.org";
const BOB: &str = "bob@example.net";
const CONFIRMATION: &str = "Please confirm your subscription to Elm Street Wellness";
const WELCOME: &str = "Welcome to Elm Street Wellness";
const FEED: &str = "/blog-feed.xml";
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A blog that has one post, a mail provider, and the service that knows of the provider only.
struct Story {
    app: App,
    sink: SmtpSink,
    server: FeedServer,
    blog: Blog,
}

impl Story {
    async fn sqlite() -> Self {
        Self::over(App::sqlite().await).await
    }

    async fn postgres() -> Self {
        Self::over(App::postgres().await).await
    }

    async fn over(mut app: App) -> Self {
        let sink = SmtpSink::keeping_messages();
        app.restart(|settings| {
            settings.provider = Some(Provider::Smtp(sink.url().parse().unwrap()));
            settings.feed_allow_hosts = vec!["127.0.0.1".to_owned()];
        })
        .await;
        let mut story = Self {
            app,
            sink,
            server: FeedServer::start(),
            blog: Blog::new("https://elmstreet.example"),
        };
        story.publish("Old news");
        story
    }

    /// Publishes a post on the blog, and so in its feed.
    fn publish(&mut self, title: &str) {
        let now = self.app.clock().now().timestamp();
        self.blog.publish(title, &format!("{title}, in short.")).published = now;
        self.server.publish(FEED, Page::rss(self.blog.rss()));
    }

    /// Connects the blog's feed to the list, and looks at it for the first time.
    async fn connect_feed(&self) {
        let url = Url::parse(&self.server.url(FEED)).unwrap();
        feeds::connect(
            &self.app.service,
            &Origin::system(),
            self.app.list,
            &NewFeed::all_of(url),
        )
        .await
        .unwrap();
        self.app.work().await;
    }

    /// Sends the blog's form.
    async fn sign_up(&self, email: &str) -> Answer {
        let answer = self
            .app
            .web
            .post("/subscribe", &[("list", "blog"), ("email", email)])
            .await;
        self.app.work().await;
        answer
    }

    /// Opens the link in the newest mail and presses the button there.
    async fn press(&self, email: &str, kind: &str) -> (Answer, Answer) {
        let path = path(&self.newest(email).link(kind));
        let opened = self.app.web.get(&path).await;
        let pressed = self.app.web.post(&path, &[]).await;
        self.app.work().await;
        (opened, pressed)
    }

    /// Becomes a reader.
    async fn join(&self, email: &str) {
        self.sign_up(email).await;
        self.press(email, "/confirm/").await;
    }

    /// What came to an address, the oldest first.
    fn mailbox(&self, email: &str) -> Vec<Mail> {
        let log = self.sink.log();
        log.to(email).map(testkit::smtp_sink::Accepted::mail).collect()
    }

    fn subjects(&self, email: &str) -> Vec<String> {
        let mails = self.mailbox(email);
        mails.iter().map(|mail| mail.subject().to_owned()).collect()
    }

    fn newest(&self, email: &str) -> Mail {
        self.mailbox(email).pop().unwrap()
    }
}

/// Where a mailed link leads to in the service.
fn path(link: &str) -> String {
    link.strip_prefix("https://news.example.org").unwrap().to_owned()
}
