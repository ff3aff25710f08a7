//! A provider that refuses in words that may be about its customer: what becomes of the mailing, and who reads the words.

use domain::mailing::State;
use service::subscribers;
use testkit::{
    on_both_engines,
    smtp_sink::{Rule, Step},
};

use super::stage::{Stage, staff};

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
}
