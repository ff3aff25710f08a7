//! Single mails: when they leave, when they wait, and what is written down about them.

use std::time::Duration;

use service::lists;
use store::{events::Origin, lists::Settings};
use testkit::on_both_engines;

use crate::support::App;

const HOUR: Duration = Duration::from_secs(60 * 60);

on_both_engines! {
    async fn a_list_that_lacks_a_postal_address_mails_nothing_until_it_has_one(app: App) {
        let list = lists::by_id(&app.service, app.list).await.unwrap();
        let bare = Settings { postal_address: None, ..list.settings.clone() };
        let changed = lists::change(&app.service, &Origin::system(), list.id, list.version, &bare).await.unwrap();
        app.sign_up("ann@example.org").await;
        let waiting = app.mails().await.len();

        lists::change(&app.service, &Origin::system(), list.id, changed.version, &list.settings).await.unwrap();
        app.pass(HOUR).await;

        assert_eq!(waiting, 0);
        assert_eq!(app.subjects("ann@example.org").await.len(), 1);
    }

    async fn without_a_provider_a_confirmation_waits_and_leaves_once_there_is_one(app: App) {
        let mut app = app;
        let provider = app.service.settings.provider.clone();
        app.restart(|settings| settings.provider = None).await;

        app.sign_up("ann@example.org").await;
        app.pass(HOUR).await;
        let waiting = app.mails().await.len();
        app.restart(|settings| settings.provider = provider).await;
        app.pass(HOUR).await;

        assert_eq!(waiting, 0);
        assert_eq!(app.subjects("ann@example.org").await.len(), 1);
    }

    async fn a_confirmation_that_waited_for_more_than_a_day_asks_a_person_first(app: App) {
        let mut app = app;
        let provider = app.service.settings.provider.clone();
        app.restart(|settings| settings.provider = None).await;
        app.sign_up("ann@example.org").await;
        app.clock().advance(HOUR * 25);
        app.restart(|settings| settings.provider = provider).await;

        let held = workers::drain(&app.service).await;

        assert!(format!("{held:?}").contains("waited more than 24 hours"), "{held:?}");
        assert_eq!(app.mails().await.len(), 0);
    }
}
