//! What becomes of a job, looked at on a clock that stands still.

use std::time::Duration;

use store::{
    Error,
    jobs::{self, When},
};
use testkit::on_both_engines;
use workers::{DrainError, Failure, JobError, Outcome, drain_with};

use crate::support::{by, dead, enqueue, pending};

fn failures(result: Result<usize, DrainError>) -> Vec<Failure> {
    match result {
        Err(DrainError::Failed(failures)) => failures,
        other => panic!("{other:?} is not a failure of jobs"),
    }
}

on_both_engines! {
    async fn a_job_runs_once_and_leaves_nothing(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        let work = by(|_, _| async { Ok(Outcome::Done) });

        assert_eq!(drain_with(&test.db, &work).await.unwrap(), 1);

        assert_eq!(drain_with(&test.db, &work).await.unwrap(), 0);
        assert_eq!((pending(&test).await, dead(&test).await), (0, vec![]));
    }

    async fn a_job_runs_at_its_millisecond_and_not_before(test: testkit::TestDb) {
        let at = test.clock.now() + Duration::from_millis(1234);
        enqueue(&test.db, When::at(at)).await;
        let work = by(|_, _| async { Ok(Outcome::Done) });

        test.clock.set(at.offset(-1));
        assert_eq!(drain_with(&test.db, &work).await.unwrap(), 0);

        test.clock.set(at);
        assert_eq!(drain_with(&test.db, &work).await.unwrap(), 1);
    }

    async fn a_dedupe_key_is_free_again_when_its_job_is_done(test: testkit::TestDb) {
        let work = by(|_, _| async { Ok(Outcome::Done) });

        for _ in 0..2 {
            enqueue(&test.db, When::now().once("look")).await;
            enqueue(&test.db, When::now().once("look")).await;
            drain_with(&test.db, &work).await.unwrap();
        }

        assert_eq!(work.runs(), 2);
    }

    async fn a_failing_job_waits_longer_each_time_and_is_dead_after_its_last_attempt(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        let work = by(|_, _| async { Err(JobError::retry("the blog is away")) });

        for attempt in 1..8 {
            let failures = failures(drain_with(&test.db, &work).await);
            assert!(!failures[0].dead, "attempt {attempt}");
            let shortest = Duration::from_secs(2 * 4_u64.pow(attempt - 1)).min(Duration::from_secs(3600)) / 2;
            test.clock.advance(shortest - Duration::from_millis(1));
            assert_eq!(drain_with(&test.db, &work).await.unwrap(), 0, "attempt {attempt}");
            test.clock.advance(shortest + Duration::from_millis(1));
        }
        let failures = failures(drain_with(&test.db, &work).await);

        assert!(failures[0].dead);
        let dead = dead(&test).await;
        assert_eq!((dead[0].kind.as_str(), dead[0].attempts), ("poll-feed", 8));
        assert_eq!(dead[0].error.as_deref(), Some("the blog is away"));
    }

    async fn back_off_stands_in_the_table_and_outlives_the_process(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        let work = by(|_, _| async { Err(JobError::retry("away")) });
        failures(drain_with(&test.db, &work).await);

        let restarted = test.another_process().await;

        assert_eq!(drain_with(&restarted, &work).await.unwrap(), 0);
        test.clock.advance(Duration::from_secs(2));
        failures(drain_with(&restarted, &work).await);
        test.clock.advance(Duration::from_millis(3999));
        assert_eq!(drain_with(&restarted, &work).await.unwrap(), 0);
        assert_eq!(work.runs(), 2);
    }

    async fn what_no_attempt_would_change_is_dead_at_once(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        let work = by(|_, _| async { Err(JobError::fail("the feed is gone")) });

        failures(drain_with(&test.db, &work).await);

        assert_eq!(dead(&test).await[0].attempts, 1);
    }

    async fn a_panic_is_a_failure_that_keeps_its_message(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        let work = by(|_, _| async { panic!("the {} is on fire", "printer") });

        let failures = failures(drain_with(&test.db, &work).await);

        assert_eq!(failures[0].error, "the job panicked: the printer is on fire");
        assert_eq!(pending(&test).await, 1);
    }

    async fn a_payload_that_cannot_be_read_is_dead_at_once(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        test.execute("update job set payload = '{\"kind\":\"make-coffee\"}'").await;
        enqueue(&test.db, When::now()).await;
        let work = by(|_, _| async { Ok(Outcome::Done) });

        assert_eq!(drain_with(&test.db, &work).await.unwrap(), 1);

        let dead = dead(&test).await;
        assert_eq!(dead.len(), 1);
        assert!(dead[0].error.as_deref().unwrap().contains("make-coffee"), "{dead:?}");
    }

    async fn a_dead_job_is_seen_and_tried_again(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        let work = by(|_, _| async { Err(JobError::fail("broken")) });
        failures(drain_with(&test.db, &work).await);
        let id = dead(&test).await[0].id;

        let retried = test.db.write(|mut tx| async move { jobs::retry(&mut tx, id).await }).await.unwrap();

        assert!(retried);
        let work = by(|_, _| async { Ok(Outcome::Done) });
        assert_eq!(drain_with(&test.db, &work).await.unwrap(), 1);
        assert_eq!(dead(&test).await, vec![]);
        assert!(!test.db.write(|mut tx| async move { jobs::retry(&mut tx, id).await }).await.unwrap());
    }

    async fn later_uses_up_no_attempt(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        let clock = test.clock.clone();
        let work = by(move |_, _| {
            let next = clock.now() + Duration::from_secs(60);
            async move { Ok(Outcome::Later(next)) }
        });

        for _ in 0..30 {
            assert_eq!(drain_with(&test.db, &work).await.unwrap(), 1);
            test.clock.advance(Duration::from_secs(59));
            assert_eq!(drain_with(&test.db, &work).await.unwrap(), 0);
            test.clock.advance(Duration::from_secs(1));
        }
        let work = by(|_, _| async { Err(JobError::fail("broken")) });
        failures(drain_with(&test.db, &work).await);

        assert_eq!(dead(&test).await[0].attempts, 1);
    }

    async fn a_database_that_is_away_uses_up_no_attempt(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        let work = by(|_, _| async { Err(Error::Unavailable(sqlx::Error::PoolTimedOut).into()) });

        for _ in 0..30 {
            assert_eq!(drain_with(&test.db, &work).await.unwrap(), 1);
            test.clock.advance(Duration::from_secs(2));
        }
        let work = by(|_, _| async { Err(JobError::fail("broken")) });
        failures(drain_with(&test.db, &work).await);

        assert_eq!(dead(&test).await[0].attempts, 1);
    }

    async fn a_job_that_ends_in_its_own_transaction_is_done_when_and_only_when_that_commits(test: testkit::TestDb) {
        enqueue(&test.db, When::now()).await;
        let db = test.db.clone();
        let work = by(move |job, lease| {
            let db = db.clone();
            async move {
                let rolled_back = db.write(|mut tx| {
                    let lease = lease.clone();
                    async move {
                        lease.complete(&mut tx).await?;
                        Err::<(), _>(Error::Unreadable("on purpose".into()))
                    }
                }).await;
                assert!(rolled_back.is_err() && !lease.is_completed());
                db.write(|mut tx| {
                    let (lease, job) = (lease.clone(), job.clone());
                    async move {
                        let at = tx.now() + Duration::from_secs(1);
                        jobs::enqueue(&mut tx, &job, When::at(at)).await?;
                        lease.complete(&mut tx).await
                    }
                }).await?;
                assert!(lease.is_completed());
                Ok(Outcome::Done)
            }
        });

        assert_eq!(drain_with(&test.db, &work).await.unwrap(), 1);

        assert_eq!(pending(&test).await, 1);
    }
}
