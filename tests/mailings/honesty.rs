//! A provider that goes away and comes back: nothing is called sent that was not, and everybody gets one mail.

use domain::mailing::{Outcome, State};
use testkit::{
    on_both_engines,
    smtp_sink::{Rule, Step},
};

use super::stage::{MINUTE, Stage};

on_both_engines! {
    async fn a_provider_that_goes_away_in_mid_mailing_loses_and_repeats_nothing(stage: Stage) {
        stage.add_readers(60).await;
        stage.sink.add_rule(Rule::new(Step::Dot, testkit::smtp_sink::Answer::Delay(MINUTE / 3000)));
        let mailing = stage.announce("Sleep well").await;
        let away = async {
            stage.sink.wait_for(15, MINUTE).await;
            stage.sink.close();
        };

        tokio::join!(stage.app.work(), away);

        let taken = i64::try_from(stage.sink.accepted()).unwrap();
        let outcomes = stage.outcomes(mailing).await;
        let said = |outcome| outcomes.get(&outcome).copied().unwrap_or_default();
        assert!(said(Outcome::Accepted) <= taken && taken <= said(Outcome::Accepted) + said(Outcome::Unknown));
        assert!(said(Outcome::Refused) == 0 && said(Outcome::Expired) == 0 && said(Outcome::Pending) > 0);
        assert!(stage.mailing(mailing).await.reason.unwrap().contains("mail provider cannot be used right now"));
        for _ in 0..10 {
            stage.app.pass(5 * MINUTE).await;
        }
        stage.assert_state(mailing, State::Sending).await;

        stage.sink.clear_rules();
        stage.sink.open();
        for _ in 0..5 {
            stage.app.pass(2 * MINUTE).await;
        }

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 60)].into());
        assert_eq!(stage.sink.log().recipients().len(), 60);
        assert!(stage.mailing(mailing).await.reason.is_none());
        stage.assert_state(mailing, State::Settled).await;
        let next = stage.announce("Eat well").await;
        stage.app.work().await;
        assert_eq!(stage.mailing(next).await.counters.excluded, 0);
    }

    async fn quotas_and_slow_downs_suppress_nobody(stage: Stage) {
        stage.add_readers(30).await;
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "450 4.7.0 slow down").times(10));
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "550 5.4.5 daily sending quota exceeded").times(5));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;
        stage.assert_state(mailing, State::Paused).await;
        assert!(stage.mailing(mailing).await.reason.unwrap().contains("5.4.5"));
        for _ in 0..6 {
            if stage.mailing(mailing).await.state == State::Paused {
                stage.act(mailing, domain::mailing::Action::Resume).await;
            }
            stage.app.pass(5 * MINUTE).await;
        }

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 30)].into());
        assert!(stage.sink.log().repeats().is_empty());
        assert_eq!(stage.sink.log().recipients().len(), 30);
    }

    async fn a_login_that_is_refused_pauses_the_mailing_and_says_what_to_do(stage: Stage) {
        stage.add_readers(3).await;
        stage.sink.add_rule(Rule::reply(Step::Connect, "554 5.7.1 your address is blocked").times(4));
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        stage.assert_state(mailing, State::Paused).await;
        let reason = stage.mailing(mailing).await.reason.unwrap();
        assert!(reason.contains("your address is blocked"), "{reason}");
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Pending, 3)].into());
    }
}
