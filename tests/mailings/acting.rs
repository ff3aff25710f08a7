//! Pausing, resuming and cancelling.

use domain::mailing::{Action, Outcome, State};
use service::mailings::{self, ActError};
use testkit::{
    on_both_engines,
    smtp_sink::{Rule, Step},
};

use super::stage::{DAY, HOUR, MINUTE, Stage, staff};

impl Stage {
    /// A mailing to 40 readers of which 20 have it, stopped by a provider that then takes no more connections.
    async fn half_sent(&self) -> domain::MailingId {
        self.add_readers(40).await;
        let sink = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        self.sink.add_rule(
            Rule::reply(Step::Rcpt, "421 4.3.2 going down")
                .when(move |_| sink.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= 20),
        );
        let mailing = self.announce("Sleep well").await;
        self.app.work().await;
        assert_eq!(self.sink.accepted(), 20);
        self.sink.clear_rules();
        mailing
    }
}

on_both_engines! {
    async fn a_paused_mailing_sends_nothing_until_it_is_resumed(stage: Stage) {
        let mailing = stage.half_sent().await;
        let paused = async || stage.service().db.read(async |mut tx| store::mailings::count_paused(&mut tx).await).await.unwrap();
        assert_eq!(paused().await, 0);
        stage.act(mailing, Action::Pause).await;
        assert_eq!(paused().await, 1);

        for _ in 0..5 {
            stage.app.pass(HOUR).await;
        }
        assert_eq!(stage.sink.accepted(), 20);
        stage.act(mailing, Action::Resume).await;
        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 40)].into());
        assert!(stage.sink.log().repeats().is_empty());
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn a_cancelled_mailing_is_called_off_for_the_rest(stage: Stage) {
        let mailing = stage.half_sent().await;

        stage.act(mailing, Action::Cancel).await;
        stage.app.pass(MINUTE).await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 20), (Outcome::Cancelled, 20)].into());
        stage.assert_state(mailing, State::Cancelled).await;
        let again = mailings::act(stage.service(), &staff(), mailing, Action::Resume).await;
        assert!(matches!(again, Err(ActError::NotNow { state: State::Cancelled, .. })));
        stage.app.pass(DAY).await;
        assert_eq!(stage.sink.accepted(), 20);
    }

    async fn a_mailing_that_is_cancelled_before_it_starts_reaches_nobody(stage: Stage) {
        stage.add_readers(30).await;
        let freezing = stage.announce("Sleep well").await;
        stage.act(freezing, Action::Cancel).await;

        stage.app.work().await;

        assert_eq!(stage.sink.accepted(), 0);
        stage.outcomes(freezing).await;
        stage.assert_state(freezing, State::Cancelled).await;
    }

    async fn a_mailing_that_waits_for_a_provider_can_be_cancelled(stage: Stage) {
        let mut stage = stage;
        stage.app.restart(|settings| settings.provider = None).await;
        stage.add_readers(30).await;
        let mailing = stage.announce("Sleep well").await;
        stage.app.work().await;

        stage.act(mailing, Action::Cancel).await;
        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Cancelled, 30)].into());
    }

    async fn a_mailing_that_was_left_alone_for_an_hour_asks_a_person(stage: Stage) {
        let mailing = stage.half_sent().await;

        stage.app.pass(2 * HOUR).await;

        stage.assert_state(mailing, State::Paused).await;
        assert!(stage.mailing(mailing).await.reason.unwrap().contains("nothing of it left since"));
        stage.act(mailing, Action::Resume).await;
        stage.app.work().await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 40)].into());
    }
}
