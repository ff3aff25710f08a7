//! A provider that refuses in words that may be about its customer: what becomes of the mailing, and who reads the words.

use std::time::Duration;

use domain::mailing::{Action, Outcome, State};
use service::subscribers;
use testkit::{
    on_both_engines,
    smtp_sink::{Rule, Step},
};

use super::stage::{MINUTE, Stage, staff};

const REASONS_WITH_THE_ADDRESS: &str = "select count(*) from mailing where reason like '%reader0@example.org%'";

on_both_engines! {
    async fn a_mailing_says_why_it_is_paused_without_the_address_that_the_provider_repeats(stage: Stage) {
        stage.add_readers(1).await;
        stage.reply(Step::Rcpt, "550 5.7.1 <Reader0@example.org>: blocked, see https://help.example/?to=reader0%40example.org", "reader0@example.org");
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        stage.assert_state(mailing, State::Paused).await;
        let reason = stage.mailing(mailing).await.reason.unwrap();
        assert!(reason.contains("550 5.7.1 <R•••@e•••.org>: blocked"), "{reason}");
        assert!(!reason.to_lowercase().contains("reader0"), "{reason}");
    }

    async fn a_mailing_says_why_it_waits_without_the_address_that_the_provider_repeats(stage: Stage) {
        stage.add_readers(1).await;
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "421 4.7.0 too much for <reader0@example.org>"));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        let reason = stage.mailing(mailing).await.reason.unwrap();
        assert!(reason.contains("421 4.7.0 too much for <r•••@e•••.org>"), "{reason}");
    }

    async fn an_erased_address_is_taken_out_of_what_older_versions_wrote_about_a_mailing(stage: Stage) {
        stage.add_readers(1).await;
        let mailing = stage.announce("Sleep well").await;
        stage.app.work().await;
        let reader = stage.delivery(mailing, "reader0@example.org").await.subscriber;
        stage.app.test.execute("update mailing set reason = '550 5.7.1 <reader0@example.org>: blocked'").await;

        subscribers::erase(stage.service(), &staff(), reader).await.unwrap();

        assert_eq!(stage.app.test.number(REASONS_WITH_THE_ADDRESS).await, 0);
        assert_eq!(stage.mailing(mailing).await.reason.as_deref(), Some("550 5.7.1 <r•••@e•••.org>: blocked"));
    }

    async fn a_reader_who_blocks_us_holds_a_mailing_up_once(stage: Stage) {
        stage.add_readers(25).await;
        stage.reply(Step::Rcpt, "550 5.7.1 you are blocked", "reader4@example.org");
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        stage.assert_state(mailing, State::Paused).await;
        let in_doubt = stage.delivery(mailing, "reader4@example.org").await;
        assert_eq!((in_doubt.outcome, in_doubt.attempts, in_doubt.code), (Outcome::Pending, 1, Some(550)));
        assert_eq!(in_doubt.tried_at, Some(stage.service().now()));
        assert_eq!(stage.said_of(mailing, "reader4@example.org").await.as_deref(), Some("5.7.1 you are blocked"));
        let reason = stage.mailing(mailing).await.reason.unwrap();
        assert!(reason.contains(&format!("refused delivery {} by its policy", in_doubt.n)), "{reason}");

        stage.act(mailing, Action::Resume).await;
        stage.app.work().await;

        stage.assert_state(mailing, State::Settled).await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 24), (Outcome::Refused, 1)].into());
        assert_eq!(stage.delivery(mailing, "reader4@example.org").await.attempts, 2);
        stage.sink.clear_rules();
        let next = stage.announce("Eat well").await;
        stage.app.work().await;
        assert_eq!(stage.outcomes(next).await, [(Outcome::Accepted, 25)].into());
    }

    async fn a_reader_who_was_put_off_and_then_blocks_us_is_given_up_in_the_same_way(stage: Stage) {
        stage.add_readers(2).await;
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 later").to("reader1@example.org").times(1));
        stage.reply(Step::Rcpt, "550 5.7.1 you are blocked", "reader1@example.org");
        let mailing = stage.announce("Sleep well").await;
        stage.app.work().await;
        stage.app.pass(MINUTE).await;

        stage.assert_state(mailing, State::Paused).await;
        assert_eq!(stage.delivery(mailing, "reader1@example.org").await.outcome, Outcome::Deferred);
        stage.act(mailing, Action::Resume).await;
        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 1), (Outcome::Refused, 1)].into());
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn of_two_readers_in_doubt_one_is_given_up_each_time_that_somebody_resumes(stage: Stage) {
        for number in 0..40 {
            stage.add_reader(&format!("reader{number}@example.org")).await;
            // They are mailed in the order in which they came, twenty to each of two connections.
            stage.app.clock().advance(Duration::from_millis(1));
        }
        let (one, other) = ("reader4@example.org", "reader24@example.org");
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "550 5.7.1 you are blocked").to(one).times(1));
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "421 4.3.2 going down").to(one).times(1));
        for blocked in [one, other] {
            stage.reply(Step::Rcpt, "550 5.7.1 you are blocked", blocked);
        }
        let mailing = stage.announce("Sleep well").await;
        stage.app.work().await;
        stage.act(mailing, Action::Resume).await;
        stage.app.work().await;
        for in_doubt in [one, other] {
            let delivery = stage.delivery(mailing, in_doubt).await;
            assert_eq!((delivery.outcome, delivery.code), (Outcome::Pending, Some(550)), "{in_doubt}");
        }

        stage.act(mailing, Action::Resume).await;
        stage.app.work().await;

        stage.assert_state(mailing, State::Paused).await;
        assert_eq!(stage.outcomes(mailing).await[&Outcome::Refused], 1);
        stage.act(mailing, Action::Resume).await;
        stage.app.work().await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 38), (Outcome::Refused, 2)].into());
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn a_provider_that_refuses_everybody_uses_up_one_delivery_each_time_that_somebody_resumes(stage: Stage) {
        stage.add_readers(40).await;
        stage.sink.add_rule(Rule::reply(Step::Dot, "554 5.7.1 your domain is listed"));
        let mailing = stage.announce("Sleep well").await;
        stage.app.work().await;

        for resumed in 1..=4 {
            stage.assert_state(mailing, State::Paused).await;
            let refused = stage.outcomes(mailing).await.get(&Outcome::Refused).copied().unwrap_or_default();
            assert!(refused < resumed, "{refused} refused after it was resumed {} times", resumed - 1);
            stage.act(mailing, Action::Resume).await;
            stage.app.work().await;
        }
        stage.assert_state(mailing, State::Paused).await;
        stage.sink.clear_rules();
        stage.act(mailing, Action::Resume).await;
        stage.app.work().await;

        let outcomes = stage.outcomes(mailing).await;
        assert!(outcomes[&Outcome::Refused] <= 4, "{outcomes:?}");
        assert_eq!(outcomes[&Outcome::Accepted] + outcomes[&Outcome::Refused], 40);
        stage.assert_state(mailing, State::Settled).await;
    }
}
