//! What is forgotten, and when.

use std::time::Duration;

use domain::{
    Job,
    subscription::{LeaveReason, State},
};
use service::readers::{self, leave, look_at};
use store::{
    events::Origin,
    jobs::{self, When},
    messages, signups, subscribers,
};
use testkit::on_both_engines;

use crate::support::{App, address};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl App {
    async fn purge(&self) {
        self.service
            .db
            .write(|mut tx| async move { jobs::enqueue(&mut tx, &Job::Purge, When::now()).await })
            .await
            .unwrap();
        self.work().await;
    }

    async fn knows(&self, email: &str) -> bool {
        let address = &address(email);
        let found = self
            .service
            .db
            .read(|mut tx| async move { subscribers::find_by_address(&mut tx, address).await });
        found.await.unwrap().is_some()
    }
}

on_both_engines! {
    async fn whoever_never_confirmed_is_forgotten_after_thirty_days(app: App) {
        app.sign_up("ann@example.org").await;
        let signup = app.asked().await;
        app.clock().advance(DAY * 29);
        app.purge().await;
        let after_29_days = app.knows("ann@example.org").await;

        app.clock().advance(DAY * 2);
        app.purge().await;

        assert!(after_29_days);
        assert!(!app.knows("ann@example.org").await);
        assert!(readers::look_at_confirmation(&app.service, signup).await.unwrap().is_none());
    }

    async fn whoever_left_and_did_not_confirm_again_has_left_still(app: App) {
        let subscription = app.join("ann@example.org").await;
        leave(&app.service, &Origin::system(), subscription, LeaveReason::Page).await.unwrap();
        app.clock().advance(DAY);
        app.sign_up("ann@example.org").await;
        app.clock().advance(DAY * 31);

        app.purge().await;

        assert_eq!(look_at(&app.service, subscription).await.unwrap().unwrap().state, State::Unsubscribed);
    }

    async fn records_of_mails_are_dropped_after_thirteen_months(app: App) {
        app.join("ann@example.org").await;
        let address = &address("ann@example.org");
        let mails = async || {
            let mails = app.service.db.read(|mut tx| async move {
                let reader = subscribers::find_by_address(&mut tx, address).await?.unwrap();
                messages::of_subscriber(&mut tx, reader.id).await
            });
            mails.await.unwrap().len()
        };
        app.clock().advance(DAY * 390);
        app.purge().await;
        let after_390_days = mails().await;

        app.clock().advance(DAY * 10);
        app.purge().await;

        assert_eq!((after_390_days, mails().await), (2, 0));
    }

    async fn readers_stay_and_their_network_addresses_are_cut_after_ninety_days(app: App) {
        app.join("ann@example.org").await;
        let signup = app.asked().await;
        let from = async || {
            let signup = app.service.db.read(|mut tx| async move { signups::find(&mut tx, signup).await });
            let signup = signup.await.unwrap().unwrap();
            (signup.requested_from.unwrap(), signup.confirmed_from.unwrap())
        };
        app.clock().advance(DAY * 89);
        app.purge().await;
        let after_89_days = from().await;

        app.clock().advance(DAY * 2);
        app.purge().await;
        app.purge().await;

        assert_eq!(after_89_days, ("203.0.113.77".to_owned(), "203.0.113.77".to_owned()));
        assert_eq!(from().await, ("203.0.113.0/24".to_owned(), "203.0.113.0/24".to_owned()));
        assert!(app.knows("ann@example.org").await);
    }
}
