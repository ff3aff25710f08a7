//! Workers that run by the system's clock.

use std::time::Duration;

use domain::Millis;
use store::jobs::When;
use testkit::on_both_engines;
use tokio_util::sync::CancellationToken;
use workers::{JobError, Outcome, WorkersConfig, start_with};

use crate::support::{by, dead, enqueue, enqueue_many, quick, rows, until};

on_both_engines! {
    async fn every_job_runs_once(test: testkit::TestDb) {
        let db = test.in_real_time().await;
        let work = by(|_, _| async { Ok(Outcome::Done) });
        let shutdown = CancellationToken::new();
        let workers = start_with(db.clone(), work.clone(), quick(), shutdown.clone());

        enqueue_many(&db, 300).await;

        until("all jobs are done", async || rows(&test).await == 0).await;
        assert_eq!((work.runs(), work.most_of_one()), (300, 1));
        shutdown.cancel();
        workers.await.unwrap();
    }

    async fn a_job_of_this_process_waits_for_no_look_around(test: testkit::TestDb) {
        let db = test.in_real_time().await;
        let work = by(|_, _| async { Ok(Outcome::Done) });
        let shutdown = CancellationToken::new();
        let config = WorkersConfig { poll: Duration::from_secs(3600), ..quick() };
        let workers = start_with(db.clone(), work.clone(), config, shutdown.clone());

        for _ in 0..20 {
            enqueue(&db, When::now()).await;
            until("the job is done", async || rows(&test).await == 0).await;
        }

        shutdown.cancel();
        workers.await.unwrap();
    }

    async fn a_job_of_another_process_is_seen_by_looking_around(test: testkit::TestDb) {
        let work = by(|_, _| async { Ok(Outcome::Done) });
        let shutdown = CancellationToken::new();
        let workers = start_with(test.in_real_time().await, work.clone(), quick(), shutdown.clone());

        let other = test.in_real_time().await;
        enqueue(&other, When::now()).await;

        until("the job is done", async || rows(&test).await == 0).await;
        shutdown.cancel();
        workers.await.unwrap();
    }

    async fn a_job_that_goes_on_at_once_does_not_wait_for_a_look_around(test: testkit::TestDb) {
        let db = test.in_real_time().await;
        let work = by(|_, lease: store::jobs::Lease| async move {
            Ok(if lease.epoch() < 39 { Outcome::Later(Millis::from(0)) } else { Outcome::Done })
        });
        let shutdown = CancellationToken::new();
        let config = WorkersConfig { poll: Duration::from_secs(3600), ..quick() };
        let workers = start_with(db.clone(), work.clone(), config, shutdown.clone());

        enqueue(&db, When::now()).await;

        until("the job is done", async || rows(&test).await == 0).await;
        assert_eq!(work.runs(), 20);
        shutdown.cancel();
        workers.await.unwrap();
    }

    async fn a_job_longer_than_its_lease_keeps_it(test: testkit::TestDb) {
        let db = test.in_real_time().await;
        let work = by(|_, lease: store::jobs::Lease| async move {
            tokio::time::sleep(Duration::from_millis(4500)).await;
            assert!(lease.is_held());
            Ok(Outcome::Done)
        });
        let shutdown = CancellationToken::new();
        let config = WorkersConfig { lease: Duration::from_secs(3), ..quick() };
        let workers = start_with(db.clone(), work.clone(), config, shutdown.clone());

        enqueue(&db, When::now()).await;

        until("the job is done", async || rows(&test).await == 0).await;
        assert_eq!(work.runs(), 1);
        shutdown.cancel();
        workers.await.unwrap();
    }

    async fn a_panic_ends_no_worker(test: testkit::TestDb) {
        let db = test.in_real_time().await;
        let work = by(|_, lease: store::jobs::Lease| async move {
            assert!(lease.job().get().as_u128().is_multiple_of(2), "odd");
            Err(JobError::fail("even"))
        });
        let shutdown = CancellationToken::new();
        let workers = start_with(db.clone(), work.clone(), quick(), shutdown.clone());

        enqueue_many(&db, 40).await;

        until("every job has run", async || work.runs() == 40).await;
        until("every job is put aside or waits", async || {
            test.number("select count(*) from job where state = 'running'").await == 0
        }).await;
        assert!(dead(&test).await.iter().all(|job| job.error.as_deref() == Some("even")));
        shutdown.cancel();
        workers.await.unwrap();
    }
}
