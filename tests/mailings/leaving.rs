//! Readers who leave while a mailing is under way.

use std::time::Duration;

use domain::{
    mailing::{Outcome, State},
    subscription::LeaveReason,
};
use service::{readers, subscribers};
use store::events::Origin;
use testkit::{
    on_both_engines,
    smtp_sink::{Answer, Rule, Step},
};

use super::stage::{MINUTE, Stage, staff};
use crate::support::address;

impl Stage {
    async fn leave(&self, text: &str) {
        let id = self.subscription(text).await.id;
        readers::leave(self.service(), &Origin::system(), id, LeaveReason::OneClick)
            .await
            .unwrap();
    }
}

on_both_engines! {
    async fn whoever_leaves_in_mid_mailing_gets_nothing_that_begins_a_second_later(stage: Stage) {
        stage.add_readers(60).await;
        stage.sink.add_rule(Rule::new(Step::Dot, Answer::Delay(Duration::from_millis(50))));
        let mailing = stage.announce("Sleep well").await;
        let leaving = async {
            stage.sink.wait_for(5, MINUTE).await;
            for number in 0..60 {
                stage.leave(&format!("reader{number}@example.org")).await;
            }
            let had = stage.sink.accepted();
            tokio::time::sleep(Duration::from_secs(1)).await;
            (had, stage.sink.accepted())
        };

        let (_, (had, a_second_later)) = tokio::join!(stage.app.work(), leaving);

        let sent = stage.sink.accepted();
        assert_eq!(sent, a_second_later);
        assert!(had < 60 && sent < 60);
        let sent = i64::try_from(sent).unwrap();
        assert_eq!(
            stage.outcomes(mailing).await,
            [(Outcome::Accepted, sent), (Outcome::Withheld, 60 - sent)].into()
        );
        stage.assert_state(mailing, State::Settled).await;
    }

    async fn an_address_that_is_blocked_while_it_waits_for_another_try_gets_nothing(stage: Stage) {
        stage.add_readers(2).await;
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 later").times(2));
        let mailing = stage.announce("Sleep well").await;
        stage.app.work().await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Deferred, 2)].into());

        stage.leave("reader0@example.org").await;
        subscribers::block(stage.service(), &staff(), &address("reader1@example.org"), None).await.unwrap();
        stage.app.pass(MINUTE).await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Withheld, 2)].into());
        assert_eq!(stage.sink.accepted(), 0);
        stage.assert_state(mailing, State::Settled).await;
    }
}
