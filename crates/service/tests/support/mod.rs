//! What these tests share.

use domain::{Keys, Random};
use mail::catch::Catcher;
use service::{Service, Settings};
use testkit::TestDb;
use url::Url;

/// A service over a database of its own, without a mail provider.
pub(crate) async fn service(test: &TestDb) -> Service {
    let public_url = Url::parse("https://news.example.org").unwrap();
    let catcher = Catcher::new(test.folder.path().join("mail"), test.clock.clone(), Random::seeded(3));
    let keys = Keys::generate(&Random::seeded(1));
    Service::start(test.db.clone(), keys, Settings::new(public_url, catcher))
        .await
        .unwrap()
}
