//! Somebody else holds a lock for longer than leases last.

use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use testkit::TestDb;
use tokio_util::sync::CancellationToken;
use workers::{Outcome, Slots, WorkersConfig, start_with};

use crate::support::{by, enqueue_many, quick, rows, until};

const HELD: Duration = Duration::from_secs(15);

#[tokio::test]
async fn nothing_is_lost_or_repeated_while_another_program_locks_the_sqlite_file() {
    let test = TestDb::sqlite().await;
    let mut other = SqliteConnection::connect(&test.url).await.unwrap();

    nothing_is_lost_or_repeated(&test, async || {
        other.execute("begin immediate").await.unwrap();
        tokio::time::sleep(HELD).await;
        other.execute("rollback").await.unwrap();
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: run scripts/test"]
async fn nothing_is_lost_or_repeated_while_another_program_locks_rows() {
    let test = TestDb::postgres().await;
    let mut other = PgConnection::connect(&test.url).await.unwrap();

    nothing_is_lost_or_repeated(&test, async || {
        other
            .execute("begin; select * from job where state = 'running' for update")
            .await
            .unwrap();
        tokio::time::sleep(HELD).await;
        other.execute("rollback").await.unwrap();
    })
    .await;
}

async fn nothing_is_lost_or_repeated(test: &TestDb, hold: impl AsyncFnOnce()) {
    let db = test.in_real_time().await;
    let work = by(|_, _| async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok(Outcome::Done)
    });
    let shutdown = CancellationToken::new();
    let slots = Slots {
        feeds: 8,
        ..Slots::default()
    };
    let workers = start_with(
        db.clone(),
        work.clone(),
        WorkersConfig { slots, ..quick() },
        shutdown.clone(),
    );
    enqueue_many(&db, 60).await;
    until("some jobs run", async || work.runs() > 8).await;

    hold().await;

    until("all jobs are done", async || rows(test).await == 0).await;
    assert_eq!((work.runs(), work.most_of_one()), (60, 1));
    shutdown.cancel();
    workers.await.unwrap();
}
