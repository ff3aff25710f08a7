//! Who is in a mailing, and who is not.

use domain::{
    Random, WorkerId,
    mailing::{Action, ExclusionReason, Outcome, State},
    suppression::Reason,
};
use service::mailings;
use store::{jobs::Lease, subscribers, suppressions};
use testkit::on_both_engines;
use tokio_util::sync::CancellationToken;

use super::stage::{HOUR, Stage};
use crate::support::address;

on_both_engines! {
    async fn readers_who_must_not_be_mailed_are_left_out_for_a_reason(stage: Stage) {
        stage.add_readers(5).await;
        let (blocked, erased) = (&address("reader1@example.org"), &address("reader3@example.org"));
        let hash = &stage.service().keys.suppression_hash(blocked);
        stage.service().db.write(|mut tx| async move {
            suppressions::add(&mut tx, blocked, hash, Reason::Complaint, None).await?;
            let reader = subscribers::find_by_address(&mut tx, erased).await?.unwrap();
            subscribers::erase(&mut tx, reader.id).await
        }).await.unwrap();
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        let counters = stage.mailing(mailing).await.counters;
        assert_eq!((counters.candidates, counters.deliveries, counters.excluded), (5, 3, 2));
        let reasons = mailings::exclusions_of(stage.service(), mailing).await.unwrap();
        assert_eq!(reasons, [(ExclusionReason::Erased, 1), (ExclusionReason::Suppressed, 1)]);
        assert_eq!(stage.sink.accepted(), 3);
    }

    async fn readers_who_join_after_the_moment_of_freezing_are_not_in_it(stage: Stage) {
        stage.add_readers(2).await;
        let mailing = stage.announce("Sleep well").await;
        stage.app.clock().advance(HOUR / 60);
        stage.add_reader("late@example.org").await;

        stage.app.work().await;

        assert_eq!(stage.mailing(mailing).await.counters.candidates, 2);
        assert_eq!(stage.sink.log().to("late@example.org").count(), 0);
    }

    async fn freezing_goes_on_after_a_crash_between_two_steps(stage: Stage) {
        stage.add_readers(12).await;
        let mailing = stage.announce("Sleep well").await;
        for _ in 0..2 {
            assert!(mailings::freeze_step(stage.service(), mailing, 5).await.unwrap());
        }
        assert_eq!(stage.sink.accepted(), 0);

        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 12)].into());
        assert_eq!(stage.sink.log().recipients().len(), 12);
    }

    async fn two_processes_that_freeze_at_once_make_each_delivery_once(stage: Stage) {
        stage.add_readers(30).await;
        let mailing = stage.announce("Sleep well").await;
        let lease = || {
            let (clock, random) = (stage.app.clock().clone(), Random::seeded(5));
            let since = (clock.now(), tokio::time::Instant::now());
            let job = (WorkerId::new(&random, clock.now()).get().into(), 1);
            Lease::new(job, clock, since, HOUR, CancellationToken::new())
        };

        let (ours, theirs) = (lease(), lease());
        let (ours, theirs) = tokio::join!(
            mailings::freeze(stage.service(), &ours, mailing),
            mailings::freeze(stage.service(), &theirs, mailing),
        );

        ours.unwrap();
        theirs.unwrap();
        stage.app.work().await;
        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 30)].into());
        assert!(stage.sink.log().repeats().is_empty());
    }

    async fn a_mailing_to_nobody_is_settled_at_once(stage: Stage) {
        let mailing = stage.announce("Sleep well").await;

        stage.app.work().await;

        stage.assert_state(mailing, State::Settled).await;
    }

    async fn a_mailing_that_is_paused_while_freezing_goes_on_freezing(stage: Stage) {
        stage.add_readers(3).await;
        let mailing = stage.announce("Sleep well").await;
        stage.act(mailing, Action::Pause).await;

        stage.app.work().await;
        assert_eq!(stage.mailing(mailing).await.counters.deliveries, 0);
        stage.act(mailing, Action::Resume).await;
        stage.app.work().await;

        assert_eq!(stage.outcomes(mailing).await, [(Outcome::Accepted, 3)].into());
    }
}
