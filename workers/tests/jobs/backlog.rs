//! A long queue is no slower than a short one.

use std::time::Duration;

use domain::{Queue, WorkerId};
use store::{
    Engine, Flush,
    jobs::{self, Ending, Finish, Finished},
};
use testkit::{TestDb, on_both_engines};
use tokio::time::Instant;

const SHORT: i64 = 2_000;
const LONG: i64 = 200_000;
const ROUNDS: i64 = 15;
const AT_ONCE: usize = 128;

async fn fill(test: &TestDb, count: i64) {
    assert!([SHORT, LONG].contains(&count));
    let sql = match (test.db.engine(), count) {
        (Engine::Sqlite, SHORT) => sqlite!("2000"),
        (Engine::Sqlite, _) => sqlite!("200000"),
        (Engine::Postgres, SHORT) => postgres!("2000"),
        (Engine::Postgres, _) => postgres!("200000"),
    };
    test.execute(sql).await;
    test.execute("analyze job").await;
}

macro_rules! columns {
    () => {
        "insert into job (id, queue, kind, payload, state, attempts, max_attempts, takeovers, epoch, run_at, created_at)"
    };
}

macro_rules! values {
    ($id:literal) => {
        concat!(
            "select ",
            $id,
            ", 'feeds', 'poll-feed',
             '{\"kind\":\"poll-feed\",\"feed\":\"01900000-0000-7000-8000-000000000000\"}',
             'pending', 0, 8, 0, 0, i, 0"
        )
    };
}

/// Ids ascend, as those of real jobs do.
macro_rules! sqlite {
    ($count:literal) => {
        concat!(
            columns!(),
            " with recursive n(i) as (select 1 union all select i + 1 from n where i < ",
            $count,
            ") ",
            values!("unhex(printf('%032x', i))"),
            " from n"
        )
    };
}

macro_rules! postgres {
    ($count:literal) => {
        concat!(
            columns!(),
            values!("lpad(to_hex(i), 32, '0')::uuid"),
            " from generate_series(1, ",
            $count,
            ") as n(i)"
        )
    };
}
use {columns, postgres, sqlite, values};

/// Claims a batch and ends it, and says how long that took.
async fn claim_and_end(test: &TestDb) -> Duration {
    let started = Instant::now();
    let worker = WorkerId::new(test.db.random(), test.clock.now());
    let owner = (worker, Duration::from_secs(30));
    let now = test.clock.now();
    let claimed = test
        .db
        .claim(|mut tx| async move { jobs::claim(&mut tx, Queue::Feeds, AT_ONCE, now, owner).await })
        .await
        .unwrap();
    assert_eq!(claimed.len(), AT_ONCE);
    let ends: Vec<Finished> = claimed
        .iter()
        .map(|claimed| Finished {
            job: claimed.id,
            epoch: claimed.epoch,
            ending: Ending::Done,
        })
        .collect();
    let held = test
        .db
        .claim(|mut tx| {
            let ends = ends.clone();
            async move { Finish.flush(&mut tx, &ends).await }
        })
        .await
        .unwrap();
    assert!(held.into_iter().all(|held| held));
    started.elapsed()
}

on_both_engines! {
    async fn two_hundred_thousand_jobs_are_no_slower_than_two_thousand(long: TestDb) {
        let short = match long.db.engine() {
            Engine::Sqlite => TestDb::sqlite().await,
            Engine::Postgres => TestDb::postgres().await,
        };
        fill(&short, SHORT).await;
        fill(&long, LONG).await;

        // By turns, and the quickest of each, so that a busy machine does not decide.
        let mut quickest = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            quickest.0 = quickest.0.min(claim_and_end(&short).await);
            quickest.1 = quickest.1.min(claim_and_end(&long).await);
        }

        let (a, b) = quickest;
        println!("{AT_ONCE} jobs of {SHORT}: {a:?}, of {LONG}: {b:?}");
        assert!(b < a * 2, "{AT_ONCE} jobs of {SHORT}: {a:?}, of {LONG}: {b:?}");
        let left = long.number("select count(*) from job").await;
        assert_eq!(left, LONG - ROUNDS * i64::try_from(AT_ONCE).unwrap());
    }
}
