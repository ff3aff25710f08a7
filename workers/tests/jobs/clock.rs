//! A machine whose clock is wrong.

use std::time::Duration;

use domain::{Clock, Random};
use store::jobs::{self, When};
use testkit::{TestDb, open_again};
use tokio_util::sync::CancellationToken;
use workers::{Outcome, WorkersConfig, start_with};

use crate::support::{by, enqueue, quick, rows, until};

#[tokio::test]
#[ignore = "needs PostgreSQL: run scripts/test"]
async fn a_process_whose_clock_is_wrong_takes_no_job_until_it_is_set_right() {
    let test = TestDb::postgres().await;
    let clock = Clock::fixed(Clock::system().now() + Duration::from_secs(600));
    let db = open_again(&test.url, clock.clone(), Random::seeded(3)).await;
    let offset = jobs::clock_offset(&db).await.unwrap();
    assert!((-601_000..-580_000).contains(&offset), "{offset}");
    enqueue(&db, When::at(clock.now() - Duration::from_secs(3600))).await;
    let work = by(|_, _| async { Ok(Outcome::Done) });
    let shutdown = CancellationToken::new();
    let config = WorkersConfig {
        lease: Duration::from_secs(600),
        ..quick()
    };

    let workers = start_with(db.clone(), work.clone(), config, shutdown.clone());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(work.runs(), 0);

    until("the job is done", async || {
        clock.set(Clock::system().now());
        rows(&test).await == 0
    })
    .await;
    shutdown.cancel();
    workers.await.unwrap();
}
