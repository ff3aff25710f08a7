//! A mail catcher that gives way to a mail provider: what it took reached nobody.

use domain::mailing::{Action, Outcome, State};
use mail::Provider;
use testkit::on_both_engines;

use super::stage::{HOUR, Stage};

impl Stage {
    /// The same installation with the mail catcher as its provider.
    async fn catch(&mut self) {
        self.app
            .restart(|settings| settings.provider = Some(Provider::Catch(settings.catcher.clone())))
            .await;
    }

    /// And with the sink again.
    async fn stop_catching(&mut self) {
        let relay = self.sink.url().parse().unwrap();
        self.app
            .restart(|settings| settings.provider = Some(Provider::Smtp(relay)))
            .await;
    }
}

on_both_engines! {
    async fn what_was_caught_counts_as_accepted_until_there_is_a_provider(stage: Stage) {
        let mut stage = stage;
        stage.catch().await;
        stage.add_readers(3).await;
        let mailing = stage.announce("Sleep well").await;
        stage.app.work().await;
        stage.catch().await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 3)].into());

        stage.stop_catching().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Caught, 3)].into());
        let caught = stage.mailing(mailing).await;
        assert_eq!((caught.counters.accepted, caught.counters.caught, caught.counters.pending()), (0, 3, 0));
        assert_eq!(service::reports::summary(&caught.counters, &[]), "0 sent, 3 caught");
        stage.assert_state(mailing, State::Settled).await;
        stage.announce("Eat well").await;
        stage.app.work().await;
        stage.stop_catching().await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Caught, 3)].into());
        assert_eq!(stage.mailings().await[1].counters.accepted, 3);
    }

    async fn a_post_that_was_caught_comes_with_the_first_mailing_that_leaves(stage: Stage) {
        let mut stage = stage;
        stage.catch().await;
        stage.add_readers(3).await;
        stage.publish("Post 1").await;
        stage.app.work().await;
        stage.app.pass(HOUR).await;
        stage.publish("Post 2").await;
        stage.app.work().await;
        assert_eq!(stage.app.subjects("reader0@example.org").await, ["Post 1", "Post 2"]);

        stage.stop_catching().await;
        stage.app.pass(HOUR).await;
        stage.publish("Post 3").await;
        stage.app.work().await;

        assert_eq!(stage.inbox("reader0@example.org"), [["Post 1", "Post 2", "Post 3"]]);
    }

    async fn the_first_mailing_that_leaves_waits_for_somebody_although_caught_ones_were_let_go(stage: Stage) {
        let mut stage = stage;
        stage.catch().await;
        stage.change_list(|settings| settings.rules.first_waits = true).await;
        stage.add_readers(3).await;
        stage.publish("Post 1").await;
        stage.app.work().await;
        stage.act(stage.mailings().await[0].id, Action::Approve).await;
        stage.app.work().await;

        stage.stop_catching().await;
        stage.app.pass(HOUR).await;
        stage.publish("Post 2").await;
        stage.app.work().await;

        let waiting = stage.mailings().await.pop().unwrap();
        assert_eq!((waiting.state, stage.sink.accepted()), (State::Draft, 0));
        stage.act(waiting.id, Action::Approve).await;
        stage.app.work().await;
        assert_eq!(stage.inbox("reader1@example.org"), [["Post 1", "Post 2"]]);
    }

    async fn a_post_that_was_only_caught_can_be_announced(stage: Stage) {
        let mut stage = stage;
        stage.catch().await;
        stage.add_readers(1).await;
        stage.announce("Post 1").await;
        stage.app.work().await;

        stage.stop_catching().await;
        stage.announce_again("Post 1").await;
        stage.app.work().await;

        assert_eq!(stage.inbox("reader0@example.org"), [["Post 1"]]);
    }

    async fn a_mailing_that_is_half_caught_leaves_for_the_rest(stage: Stage) {
        let mut stage = stage;
        stage.catch().await;
        stage.app.restart(|settings| settings.per_day = Some(10)).await;
        stage.add_readers(25).await;
        let mailing = stage.announce("Sleep well").await;
        stage.app.work().await;

        stage.app.restart(|settings| settings.per_day = None).await;
        stage.stop_catching().await;
        stage.app.pass(24 * HOUR).await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 16), (Outcome::Caught, 9)].into());
        stage.assert_state(mailing, State::Settled).await;
    }
}
