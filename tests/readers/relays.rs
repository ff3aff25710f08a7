//! Single mails over a real relay that misbehaves.

use std::time::Duration;

use domain::{
    limits::{Claimant, Limits},
    message::Outcome,
    suppression::Reason,
};
use mail::Provider;
use store::{
    messages,
    relays::{self, Draw},
    subscribers, suppressions,
};
use testkit::{
    SmtpSink, on_both_engines,
    smtp_sink::{Answer, Rule, Step},
};

use crate::support::{App, address};

const ADDRESS: &str = "ann@example.org";
const MINUTE: Duration = Duration::from_secs(60);

impl App {
    /// The same installation with a relay.
    async fn with_relay(mut self) -> (Self, SmtpSink) {
        let sink = SmtpSink::start();
        let relay = sink.url().parse().unwrap();
        self.restart(|settings| settings.provider = Some(Provider::Smtp(relay)))
            .await;
        (self, sink)
    }

    /// The outcome of the newest mail to an address, and how often it was tried.
    async fn outcome(&self, email: &str) -> (Outcome, i64) {
        let address = &address(email);
        let mails = self.service.db.read(|mut tx| async move {
            let subscriber = subscribers::find_by_address(&mut tx, address).await?.unwrap();
            messages::of_subscriber(&mut tx, subscriber.id).await
        });
        let mails = mails.await.unwrap();
        let newest = mails.last().unwrap();
        (newest.outcome, newest.attempts)
    }

    async fn suppressions(&self, email: &str) -> Vec<Reason> {
        let hash = &self.service.keys.suppression_hash(&address(email));
        let found = self
            .service
            .db
            .read(|mut tx| async move { suppressions::in_force(&mut tx, hash).await });
        found.await.unwrap().iter().map(|each| each.reason).collect()
    }
}

on_both_engines! {
    async fn a_mail_that_the_relay_puts_off_is_tried_again_and_counted(app: App) {
        let (app, sink) = app.with_relay().await;
        sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 greylisted").times(2));

        app.sign_up(ADDRESS).await;
        let put_off = app.outcome(ADDRESS).await;
        app.pass(MINUTE).await;
        app.pass(MINUTE * 2).await;

        assert_eq!(put_off, (Outcome::Deferred, 1));
        assert_eq!(app.outcome(ADDRESS).await, (Outcome::Accepted, 3));
        assert_eq!(sink.log().len(), 1);
    }

    async fn a_mail_that_may_have_arrived_is_sent_again_under_its_message_id(app: App) {
        let (app, sink) = app.with_relay().await;
        sink.add_rule(Rule::new(Step::Dot, Answer::AcceptAndDrop).times(1));

        app.sign_up(ADDRESS).await;
        let unknown = app.outcome(ADDRESS).await;
        app.pass(MINUTE).await;

        let log = sink.log();
        let ids = log.iter().map(|mail| mail.message_id.clone()).collect::<Vec<_>>();
        assert_eq!(unknown, (Outcome::Unknown, 1));
        assert_eq!(app.outcome(ADDRESS).await, (Outcome::Accepted, 2));
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1]);
    }

    async fn a_mail_that_was_put_off_twice_and_then_may_have_arrived_is_sent_again(app: App) {
        let (app, sink) = app.with_relay().await;
        sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 greylisted").times(2));
        sink.add_rule(Rule::new(Step::Dot, Answer::AcceptAndDrop).times(1));

        app.sign_up(ADDRESS).await;
        app.pass(MINUTE).await;
        app.pass(MINUTE * 2).await;
        let unknown = app.outcome(ADDRESS).await;
        app.pass(MINUTE * 4).await;

        assert_eq!(unknown, (Outcome::Unknown, 3));
        assert_eq!(app.outcome(ADDRESS).await, (Outcome::Accepted, 4));
        assert_eq!(sink.log().len(), 2);
    }

    async fn an_address_that_does_not_exist_is_suppressed_and_one_that_is_full_is_not(app: App) {
        let (app, sink) = app.with_relay().await;
        sink.add_rule(Rule::reply(Step::Rcpt, "550 5.1.1 no such user").to("ann@example.org"));
        sink.add_rule(Rule::reply(Step::Rcpt, "552 5.2.2 mailbox full").to("bob@example.org"));

        app.sign_up("ann@example.org").await;
        app.sign_up("bob@example.org").await;

        assert_eq!(app.outcome("ann@example.org").await, (Outcome::Refused, 1));
        assert_eq!(app.suppressions("ann@example.org").await, [Reason::Bounce]);
        assert_eq!(app.outcome("bob@example.org").await, (Outcome::Refused, 1));
        assert_eq!(app.suppressions("bob@example.org").await, []);
    }

    async fn a_quota_a_refused_sender_and_a_relay_that_is_gone_blame_nobody_and_lose_nothing(app: App) {
        let (mut app, sink) = app.with_relay().await;
        for refusal in [
            Rule::reply(Step::Rcpt, "550 5.4.5 daily sending limit exceeded"),
            Rule::reply(Step::Mail, "550 5.7.1 sender not allowed"),
            Rule::reply(Step::Connect, "554 5.7.1 not you"),
            Rule::reply(Step::Dot, "421 4.7.0 too much"),
        ] {
            sink.clear_rules();
            sink.add_rule(refusal);
            app.restart(|_| ()).await;
            app.sign_up(ADDRESS).await;
            app.pass(MINUTE * 6).await;
        }
        sink.close();
        app.pass(MINUTE * 6).await;
        let meanwhile = app.outcome(ADDRESS).await;
        sink.open();
        sink.clear_rules();
        app.pass(MINUTE * 6).await;

        assert_eq!(meanwhile, (Outcome::Pending, 0));
        assert_eq!(app.suppressions(ADDRESS).await, []);
        assert_eq!(app.outcome(ADDRESS).await, (Outcome::Accepted, 1));
        assert_eq!(sink.log().len(), 3, "as many as signing up causes in a day");
    }

    async fn confirmations_that_were_caught_keep_no_real_one_back(app: App) {
        for _ in 0..3 {
            app.sign_up(ADDRESS).await;
        }
        assert_eq!(app.mails().await.len(), 3, "as many as signing up causes in a day");

        let (app, sink) = app.with_relay().await;
        assert_eq!(app.outcome(ADDRESS).await, (Outcome::Caught, 1));
        app.sign_up(ADDRESS).await;

        assert_eq!(app.outcome(ADDRESS).await, (Outcome::Accepted, 1));
        assert_eq!(sink.log().len(), 1);
    }

    async fn a_mail_with_its_last_outcome_keeps_it(app: App) {
        app.sign_up(ADDRESS).await;
        for outcome in Outcome::ALL {
            app.test.execute("update message set outcome = 'pending'").await;
            let after = app.service.db.write(|mut tx| async move {
                let reader = subscribers::find_by_address(&mut tx, &address(ADDRESS)).await?.unwrap();
                let id = messages::of_subscriber(&mut tx, reader.id).await?[0].id;
                for next in [*outcome, Outcome::Pending] {
                    messages::record(&mut tx, id, next, &messages::Try::default()).await?;
                }
                messages::find(&mut tx, id).await
            });
            let expected = if outcome.is_final() { *outcome } else { Outcome::Pending };
            assert_eq!(after.await.unwrap().unwrap().outcome, expected);
        }
    }

    async fn a_mail_waits_for_room_within_the_providers_limits(app: App) {
        let (mut app, sink) = app.with_relay().await;
        app.restart(|settings| settings.per_second = Some(1)).await;

        app.ask("ann@example.org").await;
        app.sign_up("bob@example.org").await;
        let at_once = sink.log().len();
        app.pass(Duration::from_secs(1)).await;

        assert_eq!(at_once, 1);
        assert_eq!(sink.log().len(), 2);
    }

    async fn a_mailing_leaves_the_last_tenth_of_a_limit_to_single_mails(app: App) {
        let limits = Limits { per_second: Some(20), per_day: None };

        let draws = app.service.db.write(|mut tx| async move {
            let relay = relays::ensure(&mut tx, "relay", "smtp", limits).await?;
            let mut draws = Vec::new();
            for (claimant, wanted) in [(Claimant::Mailing, 50), (Claimant::Mailing, 1), (Claimant::Single, 1)] {
                draws.push(match relays::draw(&mut tx, relay, claimant, wanted).await? {
                    Draw::Granted(granted) => granted.mails,
                    Draw::Exhausted { .. } => 0,
                });
            }
            Ok::<_, store::Error>(draws)
        }).await.unwrap();

        assert_eq!(draws, [18, 0, 1]);
    }

    async fn a_mail_that_is_put_off_for_three_days_is_given_up(app: App) {
        let (app, sink) = app.with_relay().await;
        sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 later"));

        app.sign_up(ADDRESS).await;
        for _ in 0..30 {
            app.pass(Duration::from_secs(4 * 60 * 60)).await;
        }

        assert_eq!(app.outcome(ADDRESS).await.0, Outcome::Expired);
        assert_eq!(sink.log().len(), 0);
    }

    async fn a_confirmation_is_withheld_when_its_address_was_blocked_meanwhile(app: App) {
        let (app, sink) = app.with_relay().await;
        sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 later").times(1));
        app.sign_up(ADDRESS).await;

        app.suppress(ADDRESS, Reason::Admin).await;
        app.pass(MINUTE).await;

        assert_eq!(app.outcome(ADDRESS).await.0, Outcome::Withheld);
        assert_eq!(sink.log().len(), 0);
    }
}

/// A trigger has the database go away just when the outcome is written.
#[tokio::test]
#[ignore = "needs PostgreSQL: run scripts/test"]
async fn a_mail_that_left_is_not_sent_again_because_the_database_went_away_before_its_outcome() {
    let (app, sink) = App::postgres().await.with_relay().await;
    app.test
        .execute(
            "create sequence outcomes;
             create function go_away() returns trigger language plpgsql as
             $$ begin
                 if nextval('outcomes') <= 2 then raise exception 'the server stops' using errcode = '57P01'; end if;
                 return new;
             end $$;
             create trigger going_away before update on message for each row execute function go_away()",
        )
        .await;

    app.sign_up(ADDRESS).await;
    app.pass(MINUTE).await;

    assert_eq!(app.outcome(ADDRESS).await, (Outcome::Accepted, 1));
    assert_eq!(sink.log().len(), 1);
}

/// A trigger has the database refuse the outcome.
#[tokio::test]
#[ignore = "needs PostgreSQL: run scripts/test"]
async fn a_mail_whose_outcome_is_refused_by_the_database_is_put_aside_and_not_sent_again() {
    let (app, sink) = App::postgres().await.with_relay().await;
    app.test
        .execute(
            "create function refuse() returns trigger language plpgsql as
             $$ begin raise exception 'not this'; end $$;
             create trigger refusing before update on message for each row execute function refuse()",
        )
        .await;

    app.ask(ADDRESS).await;
    for _ in 0..9 {
        app.clock().advance(MINUTE * 60);
        // What fails is looked at below.
        drop(workers::drain(&app.service).await);
    }

    assert_eq!(sink.log().len(), 1);
    assert_eq!(
        app.test.number("select count(*) from job where state = 'dead'").await,
        1
    );
}
