//! What the mailbox of whoever signed up gets, and when.

use std::time::Duration;

use domain::{
    Purpose, SignupId, SubscriptionId, Token,
    subscription::{LeaveReason, State},
    suppression::Reason,
};
use service::readers::{self, Standing, confirm, leave, look_at, undo};
use store::{
    events::{Actor, Origin},
    signups, suppressions,
};
use testkit::on_both_engines;

use crate::support::{App, address};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn reader() -> Origin {
    Origin {
        actor: Actor::Reader,
        address: Some("203.0.113.77".to_owned()),
    }
}

impl App {
    /// The sign-up that the last mailed confirmation is about.
    pub(super) async fn asked(&self) -> SignupId {
        let token = self.token("confirm").await;
        Token::verify(&self.service.keys, Purpose::Confirm, &token)
            .unwrap()
            .into()
    }

    /// Signs up and confirms, and gives the subscription.
    pub(super) async fn join(&self, email: &str) -> SubscriptionId {
        self.sign_up(email).await;
        let signup = self.asked().await;
        confirm(&self.service, &reader(), signup).await.unwrap().unwrap();
        self.work().await;
        let token = self.token("unsubscribe").await;
        Token::verify(&self.service.keys, Purpose::Unsubscribe, &token)
            .unwrap()
            .into()
    }

    pub(super) async fn suppress(&self, email: &str, reason: Reason) {
        let address = &address(email);
        let hash = &self.service.keys.suppression_hash(address);
        self.service
            .db
            .write(|mut tx| async move { suppressions::add(&mut tx, address, hash, reason, None).await })
            .await
            .unwrap();
    }

    /// The sign-ups whose address nobody has looked at.
    async fn waiting_signups(&self) -> Vec<SignupId> {
        let now = self.clock().now() + DAY;
        let found = self
            .service
            .db
            .read(|mut tx| async move { signups::unconfirmed(&mut tx, now, 100).await });
        found.await.unwrap().iter().map(|signup| signup.id).collect()
    }

    async fn state(&self, id: SubscriptionId) -> State {
        look_at(&self.service, id).await.unwrap().unwrap().state
    }
}

on_both_engines! {
    async fn whoever_confirms_joins_and_is_welcomed_once(app: App) {
        app.sign_up("ann@example.org").await;
        let signup = app.asked().await;

        let first = confirm(&app.service, &reader(), signup).await.unwrap().unwrap();
        let again = confirm(&app.service, &reader(), signup).await.unwrap().unwrap();
        app.work().await;

        assert_eq!((first.standing, again.standing), (Standing::Confirmed, Standing::Confirmed));
        assert_eq!(app.subjects("ann@example.org").await.len(), 2);
    }

    async fn sign_ups_of_one_address_that_are_looked_at_at_once_make_one_reader(app: App) {
        for _ in 0..4 {
            app.ask("ann@example.org").await;
        }

        let looks = app.waiting_signups().await.into_iter().map(|signup| {
            let service = app.service.clone();
            tokio::spawn(async move { readers::process(&service, signup).await })
        });
        for look in looks.collect::<Vec<_>>() {
            look.await.unwrap().unwrap();
        }
        app.work().await;

        assert_eq!(app.subjects("ann@example.org").await.len(), 3);
    }

    async fn an_address_is_mailed_three_times_a_day_and_the_earlier_links_still_work(app: App) {
        for _ in 0..5 {
            app.sign_up("ann@example.org").await;
        }
        let mails = app.subjects("ann@example.org").await.len();
        app.clock().advance(DAY + Duration::from_secs(1));
        app.sign_up("ann@example.org").await;

        assert_eq!(mails, 3);
        assert_eq!(app.subjects("ann@example.org").await.len(), 4);
        let signup = app.asked().await;
        let confirmed = confirm(&app.service, &reader(), signup).await.unwrap().unwrap();
        assert_eq!(confirmed.standing, Standing::Confirmed);
    }

    async fn a_reader_who_signs_up_again_is_told_that_nothing_needs_doing(app: App) {
        let subscription = app.join("ann@example.org").await;

        app.sign_up("ann@example.org").await;

        let subjects = app.subjects("ann@example.org").await;
        assert_eq!(subjects.len(), 3, "{subjects:?}");
        assert!(subjects[2].contains("already"), "{subjects:?}");
        assert_eq!(app.state(subscription).await, State::Confirmed);
    }

    async fn whoever_left_comes_back_by_confirming_again_and_not_by_an_old_link(app: App) {
        app.sign_up("ann@example.org").await;
        let old = app.asked().await;
        let subscription = app.join("ann@example.org").await;
        app.clock().advance(DAY);
        leave(&app.service, &reader(), subscription, LeaveReason::Page).await.unwrap();

        let by_old_link = confirm(&app.service, &reader(), old).await.unwrap().unwrap();
        app.clock().advance(DAY);
        app.sign_up("ann@example.org").await;
        let pending = app.state(subscription).await;
        let signup = app.asked().await;
        confirm(&app.service, &reader(), signup).await.unwrap();

        assert_eq!(by_old_link.standing, Standing::Dead);
        assert_eq!(pending, State::Pending);
        assert_eq!(app.state(subscription).await, State::Confirmed);
    }

    async fn leaving_can_be_taken_back_for_an_hour_and_only_by_who_left(app: App) {
        let subscription = app.join("ann@example.org").await;

        leave(&app.service, &reader(), subscription, LeaveReason::OneClick).await.unwrap();
        let back = undo(&app.service, &reader(), subscription).await.unwrap().unwrap();
        leave(&app.service, &reader(), subscription, LeaveReason::Page).await.unwrap();
        app.clock().advance(readers::UNDO_WITHIN + Duration::from_millis(1));
        let too_late = undo(&app.service, &reader(), subscription).await.unwrap().unwrap();

        assert_eq!(back.state, State::Confirmed);
        assert_eq!(too_late.state, State::Unsubscribed);
    }

    async fn taking_back_a_leave_by_an_admin_or_of_a_pending_subscription_subscribes_nobody(app: App) {
        let subscription = app.join("ann@example.org").await;
        leave(&app.service, &Origin::system(), subscription, LeaveReason::Admin).await.unwrap();

        let by_admin = undo(&app.service, &reader(), subscription).await.unwrap().unwrap();
        app.sign_up("ann@example.org").await;
        leave(&app.service, &reader(), subscription, LeaveReason::Page).await.unwrap();
        let pending = undo(&app.service, &reader(), subscription).await.unwrap().unwrap();

        assert_eq!((by_admin.state, pending.state), (State::Unsubscribed, State::Unsubscribed));
    }

    async fn a_bounced_address_is_tried_once_and_confirming_lifts_the_bounce(app: App) {
        app.suppress("ann@example.org", Reason::Bounce).await;
        app.sign_up("ann@example.org").await;
        app.sign_up("ann@example.org").await;
        let asked = app.subjects("ann@example.org").await.len();
        let signup = app.asked().await;

        confirm(&app.service, &reader(), signup).await.unwrap();
        app.work().await;
        app.sign_up("ann@example.org").await;

        assert_eq!(asked, 1);
        assert_eq!(app.subjects("ann@example.org").await.len(), 3, "confirmation, welcome, already subscribed");
    }

    async fn a_complaint_and_a_block_are_lifted_by_no_sign_up(app: App) {
        let subscription = app.join("ann@example.org").await;
        app.suppress("ann@example.org", Reason::Complaint).await;
        app.suppress("bob@example.org", Reason::Admin).await;

        app.sign_up("ann@example.org").await;
        app.sign_up("bob@example.org").await;

        assert_eq!(app.subjects("ann@example.org").await.len(), 2, "those from before");
        assert_eq!(app.subjects("bob@example.org").await, [""; 0]);
        assert_eq!(app.state(subscription).await, State::Confirmed);
    }

    async fn a_link_is_dead_after_a_week_and_is_exchanged_for_a_fresh_one(app: App) {
        app.sign_up("ann@example.org").await;
        let signup = app.asked().await;
        app.clock().advance(DAY * 8);

        let dead = confirm(&app.service, &reader(), signup).await.unwrap().unwrap();
        readers::ask_afresh(&app.service, &reader(), signup).await.unwrap().unwrap();
        app.work().await;
        let fresh = app.asked().await;
        let confirmed = confirm(&app.service, &reader(), fresh).await.unwrap().unwrap();

        assert_eq!(dead.standing, Standing::Dead);
        assert_ne!(fresh, signup);
        assert_eq!(confirmed.standing, Standing::Confirmed);
    }

    async fn a_confirmation_says_that_a_machine_wrote_it_and_offers_nothing_to_leave(app: App) {
        app.sign_up("ann@example.org").await;

        let mails = app.mails().await;

        assert_eq!(mails[0].subject(), "Please confirm your subscription to Elm Street Wellness");
        assert_eq!(mails[0].header("Auto-Submitted"), Some("auto-generated"));
        assert_eq!(mails[0].header("List-Unsubscribe"), None);
    }
}
