//! The whole service in this process, on a clock that stands still until a test moves it.

use std::time::Duration;

use domain::{
    Cadence, Clock, EmailAddress, Keys, Label, Language, ListId, ListKey, Purpose, Random, Token, Zone, rules::Rules,
};
use mail::{Provider, catch::Catcher};
use service::{Service, Settings, lists};
use store::{
    events::Origin,
    senders::Sender,
    signups::{self, Signup},
};
use testkit::{Mail, TestDb};
use url::Url;

use super::Web;

/// A service over a database of its own, with one list called `blog`, and a mail catcher in place of a provider.
pub(crate) struct App {
    pub(crate) service: Service,
    pub(crate) web: Web,
    pub(crate) list: ListId,
    pub(crate) test: TestDb,
}

impl App {
    pub(crate) async fn sqlite() -> Self {
        Self::over(TestDb::sqlite().await).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::over(TestDb::postgres().await).await
    }

    pub(crate) async fn over(test: TestDb) -> Self {
        let catcher = Catcher::new(test.folder.path().join("mail"), test.clock.clone(), Random::seeded(3));
        let settings = Settings {
            provider: Some(Provider::Catch(catcher.clone())),
            ..Settings::new(Url::parse("https://news.example.org").unwrap(), catcher)
        };
        let service = start(&test, settings).await;
        let list = add_list(&service, "blog", "Elm Street Wellness").await;
        Self {
            web: Web::new(service.clone()),
            service,
            list,
            test,
        }
    }

    /// The same installation after a restart with other settings.
    pub(crate) async fn restart(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = Settings::clone(&self.service.settings);
        change(&mut settings);
        self.service = start(&self.test, settings).await;
        self.web = Web::new(self.service.clone());
    }

    /// A second list.
    pub(crate) async fn add_list(&self, key: &str, name: &str) -> ListId {
        add_list(&self.service, key, name).await
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.test.clock
    }

    /// Moves the clock on and runs what is due then.
    pub(crate) async fn pass(&self, span: Duration) {
        self.clock().advance(span);
        self.work().await;
    }

    /// Runs every job that is due, a moment later, so that mails sort by when they were caught.
    pub(crate) async fn work(&self) {
        self.clock().advance(Duration::from_millis(1));
        workers::drain(&self.service).await.unwrap();
    }

    /// All mails that were caught so far, the oldest first.
    pub(crate) async fn mails(&self) -> Vec<Mail> {
        let mut caught = self.service.settings.catcher.list(None, usize::MAX).await.unwrap();
        caught.sort_by(|a, b| a.name.cmp(&b.name));
        caught.iter().map(|each| Mail::parse(each.raw.as_bytes())).collect()
    }

    /// The subjects of all caught mails to an address.
    pub(crate) async fn subjects(&self, address: &str) -> Vec<String> {
        let mails = self.mails().await;
        let theirs = mails.iter().filter(|mail| mail.header("Delivered-To") == Some(address));
        theirs.map(|mail| mail.subject().to_owned()).collect()
    }

    /// The token in the last mailed link of that kind, such as `confirm`.
    pub(crate) async fn token(&self, kind: &str) -> String {
        let start = format!("{}{kind}/", self.service.settings.public_url);
        let links = self.mails().await.iter().flat_map(Mail::links).collect::<Vec<_>>();
        let link = links.iter().rev().find(|link| link.starts_with(&start));
        link.unwrap_or_else(|| panic!("a {kind} link was mailed: {links:?}"))[start.len()..].to_owned()
    }

    /// The sign-up of the confirmation that was mailed last.
    pub(crate) async fn newest_signup(&self) -> Signup {
        self.work().await;
        let token = self.token("confirm").await;
        let id = Token::verify(&self.service.keys, Purpose::Confirm, &token)
            .unwrap()
            .into();
        let read = self
            .service
            .db
            .read(|mut tx| async move { signups::find(&mut tx, id).await });
        read.await.unwrap().unwrap()
    }
}

pub(crate) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

async fn start(test: &TestDb, settings: Settings) -> Service {
    let keys = Keys::generate(&Random::seeded(1));
    let service = Service::start(test.db.clone(), keys, settings).await.unwrap();
    service::caught::disown(&service).await.unwrap();
    service
}

async fn add_list(service: &Service, key: &str, name: &str) -> ListId {
    let settings = store::lists::Settings {
        name: Label::parse("internal name").unwrap(),
        public_name: Label::parse(name).unwrap(),
        sender: Some(Sender {
            name: Label::parse("Dr. Ann Lee").unwrap(),
            address: address("news@elmstreet.example"),
            reply_to: None,
        }),
        postal_address: Some("1 Elm Street\nSpringfield".to_owned()),
        zone: Some(Zone::parse("Europe/Paris").unwrap()),
        privacy_url: Some(Url::parse("https://elmstreet.example/privacy").unwrap()),
        blog_url: Some(Url::parse("https://elmstreet.example/blog").unwrap()),
        language: Language::english(),
        cadence: Cadence::Instant,
        rules: Rules {
            settle_minutes: 0,
            first_waits: false,
            ..Rules::default()
        },
    };
    let key = ListKey::parse(key).unwrap();
    lists::create(service, &Origin::system(), &key, &settings)
        .await
        .unwrap()
        .id
}
