//! The end of a process that was asked to end.

use std::time::Duration;

use store::jobs::{Lease, When};
use testkit::on_both_engines;
use tokio_util::sync::CancellationToken;
use workers::{Outcome, Slots, WorkersConfig, start_with};

use crate::support::{by, enqueue, enqueue_many, pending, quick, rows, until};

on_both_engines! {
    async fn what_runs_is_finished_and_the_rest_is_left(test: testkit::TestDb) {
        let db = test.in_real_time().await;
        let go = CancellationToken::new();
        let work = by({
            let go = go.clone();
            move |_, lease: Lease| {
                let go = go.clone();
                async move {
                    lease.stopping().cancelled().await;
                    go.cancelled().await;
                    Ok(Outcome::Done)
                }
            }
        });
        let shutdown = CancellationToken::new();
        let config = WorkersConfig { slots: Slots { feeds: 3, ..Slots::default() }, ..quick() };
        let workers = start_with(db.clone(), work.clone(), config, shutdown.clone());
        enqueue_many(&db, 10).await;
        until("three jobs run", async || work.runs() == 3).await;

        shutdown.cancel();
        go.cancel();
        workers.await.unwrap();

        assert_eq!((rows(&test).await, pending(&test).await, work.runs()), (7, 7, 3));
    }

    async fn leases_are_kept_while_what_runs_is_waited_for(test: testkit::TestDb) {
        let db = test.in_real_time().await;
        let work = by(|_, lease: Lease| async move {
            lease.stopping().cancelled().await;
            tokio::time::sleep(Duration::from_millis(4500)).await;
            assert!(lease.is_held());
            Ok(Outcome::Done)
        });
        let shutdown = CancellationToken::new();
        let config = WorkersConfig { lease: Duration::from_secs(3), ..quick() };
        let workers = start_with(db.clone(), work.clone(), config, shutdown.clone());
        enqueue(&db, When::now()).await;
        until("the job runs", async || work.runs() == 1).await;

        shutdown.cancel();
        workers.await.unwrap();

        assert_eq!(rows(&test).await, 0);
    }

    async fn what_runs_longer_than_the_grace_is_given_back_unused(test: testkit::TestDb) {
        let db = test.in_real_time().await;
        let work = by(|_, _| std::future::pending());
        let shutdown = CancellationToken::new();
        let config = WorkersConfig { grace: Duration::from_millis(300), ..quick() };
        let workers = start_with(db.clone(), work.clone(), config, shutdown.clone());
        enqueue_many(&db, 5).await;
        until("all jobs run", async || work.runs() == 5).await;

        shutdown.cancel();
        workers.await.unwrap();

        let unused = "select count(*) from job where state = 'pending' and attempts = 0 and takeovers = 0";
        assert_eq!(test.number(unused).await, 5);
    }
}
