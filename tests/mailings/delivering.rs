//! What becomes of each delivery when the provider answers this or that.

use std::time::Duration;

use domain::{
    Random,
    mailing::{Outcome, State},
};
use mail::{Provider, smtp::Relay};
use testkit::{
    Mail, on_both_engines,
    smtp_sink::{Answer, Rule, Step},
};

use super::stage::{DAY, HOUR, MINUTE, Stage, staff};

on_both_engines! {
    async fn a_readers_copy_tells_of_each_mailing_what_it_brought_when_and_what_became_of_it(stage: Stage) {
        stage.add_readers(1).await;
        let mailing = stage.announce("Sleep well").await;
        stage.app.work().await;
        let reader = stage.delivery(mailing, "reader0@example.org").await.subscriber;

        let kept = service::subscribers::export(stage.service(), &staff(), reader).await.unwrap();

        let told = &kept["mailings"][0];
        let due = stage.mailing(mailing).await.send_at.to_string();
        assert_eq!((&told["list"], &told["kind"], &told["outcome"]), (&"Elm Street Wellness".into(), &"announcement".into(), &"accepted".into()));
        assert_eq!((&told["posts"], &told["due_at"]), (&serde_json::json!(["Sleep well"]), &due.into()));
    }

    async fn every_reader_gets_exactly_one_mail_with_the_right_headers(stage: Stage) {
        stage.add_readers(25).await;
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 25)].into());
        stage.assert_state(mailing, State::Settled).await;
        let log = stage.sink.log();
        assert_eq!((log.len(), log.recipients().len()), (25, 25));
        let first = log.iter().next().unwrap();
        let mail = Mail::parse(first.raw.as_ref().unwrap());
        let list = stage.list().get().simple();
        assert_eq!(mail.subject(), "Sleep well");
        assert_eq!(first.sender, "news@elmstreet.example");
        assert!(mail.header("List-Id").unwrap().contains(&format!("<{list}.news.example.org>")));
        assert_eq!(mail.header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
        assert!(mail.header("List-Unsubscribe").unwrap().starts_with("<https://news.example.org/unsubscribe/"));
        assert!(first.message_id.starts_with(&format!("<{}.", mailing.get().simple())));
        assert!(first.message_id.ends_with("@news.example.org>"));
        assert!(mail.html().contains("in full") && mail.text().contains("in full"));
        let delivery = stage.delivery(mailing, &first.recipient).await;
        assert_eq!((delivery.attempts, delivery.code), (1, Some(250)));
        assert_eq!(stage.said_of(mailing, &first.recipient).await.as_deref(), Some("2.0.0 taken over"));
    }

    async fn an_answer_with_a_nul_in_it_is_written_down_like_any_other(stage: Stage) {
        stage.add_readers(3).await;
        stage.reply(Step::Dot, "250 2.0.0 Ok: queued as 4C\0D", "reader0@example.org");
        stage.reply(Step::Rcpt, "550 5.2.2 mailbox\0full", "reader1@example.org");
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 2), (Outcome::Refused, 1)].into());
        let said = stage.said_of(mailing, "reader1@example.org").await;
        assert_eq!(said.as_deref(), Some("5.2.2 mailbox\u{fffd}full"));
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn an_address_that_cannot_be_read_keeps_no_mail_from_whoever_comes_before_it(stage: Stage) {
        for name in ["first", "second"] {
            stage.add_reader(&format!("{name}@example.org")).await;
            stage.app.clock().advance(Duration::from_millis(1));
        }
        let mailing = stage.announce("Sleep well").await;
        stage.app.test.execute("update subscriber set address = 'damaged' where address = 'second@example.org'").await;

        let failed = workers::drain(stage.service()).await.unwrap_err().to_string();

        assert!(failed.contains("the address of a subscriber cannot be mailed"), "{failed}");
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 1), (Outcome::Pending, 1)].into());
        assert_eq!(stage.sink.accepted(), 1);
    }

    async fn a_reader_who_is_put_off_is_tried_again_under_the_same_message_id(stage: Stage) {
        stage.add_readers(3).await;
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 later").to("reader1@example.org").times(2));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        let put_off = stage.delivery(mailing, "reader1@example.org").await;
        assert_eq!((put_off.outcome, put_off.attempts, put_off.code), (Outcome::Deferred, 1, Some(450)));
        stage.assert_state(mailing, State::Sent).await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 2), (Outcome::Deferred, 1)].into());

        stage.app.pass(MINUTE).await;
        assert_eq!(stage.delivery(mailing, "reader1@example.org").await.attempts, 2);
        stage.app.pass(2 * MINUTE).await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 3)].into());
        assert_eq!(stage.delivery(mailing, "reader1@example.org").await.attempts, 3);
        stage.assert_state(mailing, State::Settled).await;
        assert!(stage.sink.log().repeats().is_empty());
    }

    async fn a_reader_who_is_put_off_for_days_is_given_up_and_not_suppressed(stage: Stage) {
        stage.add_readers(2).await;
        stage.reply(Step::Dot, "451 4.3.0 not today", "reader0@example.org");
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;
        for _ in 0..20 {
            stage.app.pass(4 * HOUR).await;
        }

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 1), (Outcome::Expired, 1)].into());
        stage.assert_state(mailing, State::Settled).await;
        let next = stage.announce("Eat well").await;
        stage.app.work().await;
        assert_eq!(stage.mailing(next).await.counters.excluded, 0);
    }

    async fn only_an_address_that_does_not_exist_is_suppressed(stage: Stage) {
        stage.add_readers(3).await;
        stage.reply(Step::Rcpt, "550 5.1.1 no such user", "reader0@example.org");
        stage.reply(Step::Dot, "552 5.2.2 mailbox full", "reader1@example.org");
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 1), (Outcome::Refused, 2)].into());
        stage.assert_state(mailing, State::Settled).await;
        stage.sink.clear_rules();
        let next = stage.announce("Eat well").await;
        stage.app.work().await;
        assert_eq!(stage.outcomes(next).await, [(Outcome::Accepted, 2)].into());
        assert_eq!(stage.mailing(next).await.counters.excluded, 1);
        assert_eq!(stage.sink.log().to("reader1@example.org").count(), 1);
    }

    async fn a_refusal_that_is_about_us_pauses_the_mailing_in_the_providers_words(stage: Stage) {
        stage.add_readers(4).await;
        stage.sink.add_rule(Rule::reply(Step::Dot, "554 5.7.1 looks like spam").times(1));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        stage.assert_state(mailing, State::Paused).await;
        let reason = stage.mailing(mailing).await.reason.unwrap();
        assert!(reason.contains("554 5.7.1 looks like spam"), "{reason}");
        assert!(!stage.outcomes(mailing).await.contains_key(&Outcome::Refused));
        stage.act(mailing, domain::mailing::Action::Resume).await;
        stage.app.work().await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 4)].into());
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn a_closed_connection_gives_readers_back_untouched(stage: Stage) {
        stage.add_readers(20).await;
        stage.sink.add_rule(Rule::new(Step::Mail, Answer::Drop).times(1));
        stage.sink.add_rule(Rule::new(Step::Body, Answer::Drop).times(2));
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "421 4.7.0 closing").times(3));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;
        for _ in 0..10 {
            stage.app.pass(MINUTE).await;
        }

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 20)].into());
        assert_eq!(stage.delivery(mailing, "reader7@example.org").await.attempts, 1);
        assert!(stage.sink.log().repeats().is_empty());
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn a_connection_that_breaks_after_the_final_dot_leaves_it_open_and_the_mail_is_repeated_under_its_id(stage: Stage) {
        stage.add_readers(5).await;
        stage.sink.add_rule(Rule::new(Step::Dot, Answer::AcceptAndDrop).to("reader2@example.org").times(1));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 4), (Outcome::Unknown, 1)].into());
        stage.assert_state(mailing, State::Sent).await;
        stage.app.pass(MINUTE).await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 5)].into());
        let log = stage.sink.log();
        let repeats = log.repeats();
        let ids = &repeats["reader2@example.org"];
        assert_eq!((repeats.len(), ids.len()), (1, 2));
        assert_eq!(ids[0], ids[1]);
    }

    async fn a_mail_that_may_have_arrived_is_not_repeated_for_ever(stage: Stage) {
        stage.add_readers(1).await;
        stage.sink.add_rule(Rule::new(Step::Dot, Answer::AcceptAndDrop));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;
        for _ in 0..20 {
            stage.app.pass(HOUR).await;
        }

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Unknown, 1)].into());
        assert_eq!(stage.sink.log().len(), 3);
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn a_provider_that_never_answers_costs_a_reader_nothing(stage: Stage) {
        let mut stage = stage;
        let mut relay: Relay = stage.sink.url().parse().unwrap();
        relay.timeouts.command = std::time::Duration::from_millis(100);
        stage.app.restart(|settings| settings.provider = Some(Provider::Smtp(relay))).await;
        stage.add_readers(3).await;
        stage.sink.add_rule(Rule::new(Step::Rcpt, Answer::Stall).times(1));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;
        stage.app.pass(MINUTE).await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 3)].into());
    }

    async fn two_processes_send_each_mail_once(stage: Stage) {
        stage.add_readers(60).await;
        let other = service::Service::start(
            stage.app.test.another_process().await,
            domain::Keys::generate(&Random::seeded(1)),
            service::Settings::clone(&stage.service().settings),
        ).await.unwrap();
        let mailing = stage.announce("Sleep well").await;

        let (ours, theirs) = tokio::join!(workers::drain(stage.service()), workers::drain(&other));

        ours.unwrap();
        theirs.unwrap();
        stage.app.work().await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 60)].into());
        assert!(stage.sink.log().repeats().is_empty());
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn a_limit_for_a_day_holds_the_rest_until_tomorrow_and_leaves_a_tenth_to_single_mails(stage: Stage) {
        let mut stage = stage;
        stage.app.restart(|settings| settings.per_day = Some(10)).await;
        stage.add_readers(25).await;
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        assert_eq!(stage.sink.accepted(), 9);
        assert!(stage.mailing(mailing).await.reason.unwrap().contains("limit for a day"));
        stage.app.pass(DAY).await;
        assert_eq!(stage.sink.accepted(), 18);
        stage.app.pass(DAY).await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 25)].into());
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn a_slow_mailing_uses_up_no_more_of_a_limit_for_a_day_than_it_sends(stage: Stage) {
        let mut stage = stage;
        stage.app.restart(|settings| settings.per_day = Some(500)).await;
        stage.add_readers(30).await;
        let clock = stage.app.clock().clone();
        let two_seconds_pass = move |_: &str| {
            clock.advance(Duration::from_secs(2));
            false
        };
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 never said").when(two_seconds_pass));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 30)].into());
        let used = "select day_used from relay where kind = 'smtp'";
        assert_eq!(stage.app.test.number(used).await, 30);
    }
}

/// Triggers have the database go away just when an outcome is written and the next mail asks for room.
#[tokio::test]
#[ignore = "needs PostgreSQL: run scripts/test"]
async fn a_mail_that_left_is_not_sent_again_because_the_next_one_failed() {
    let mut stage = Stage::postgres().await;
    stage.app.restart(|settings| settings.per_day = Some(7)).await;
    stage.add_readers(2).await;
    let mailing = stage.announce("Sleep well").await;
    stage
        .app
        .test
        .execute(
            "create sequence outcomes;
             create sequence draws;
             create function go_away() returns trigger language plpgsql as
             $$ begin
                 -- Room for a mail takes two updates.
                 if (tg_table_name = 'delivery' and nextval('outcomes') = 1)
                     or (tg_table_name = 'relay' and nextval('draws') = 3) then
                     raise exception 'the server stops' using errcode = '57P01';
                 end if;
                 return new;
             end $$;
             create trigger going_away before update on delivery for each row execute function go_away();
             create trigger going_away before update on relay for each row execute function go_away()",
        )
        .await;

    stage.app.work().await;
    stage.app.pass(MINUTE).await;

    assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 2)].into());
    assert!(stage.sink.log().repeats().is_empty());
}
