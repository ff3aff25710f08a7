//! What a transaction promises, on both engines.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::{FeedId, Job};
use store::{Db, Error, Tx, jobs};
use testkit::{TestDb, on_both_engines};
use tokio::{
    sync::{Notify, oneshot},
    task::{JoinHandle, yield_now},
};

async fn count_jobs(test: &TestDb) -> i64 {
    test.db
        .read(|mut tx| async move { jobs::count_pending(&mut tx).await })
        .await
        .unwrap()
}

fn job(tx: &Tx) -> Job {
    Job::PollFeed {
        feed: tx.id::<FeedId>(),
    }
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("on purpose")]
    OnPurpose,
    #[error(transparent)]
    Store(#[from] Error),
}

/// Writes one job, as a task of its own.
fn write_one(db: &Db) -> JoinHandle<Result<(), Error>> {
    let db = db.clone();
    tokio::spawn(async move {
        db.write(|mut tx| async move {
            let job = job(&tx);
            jobs::enqueue(&mut tx, &job, jobs::When::now()).await.map(drop)
        })
        .await
    })
}

/// Writes one job, and stays in its transaction until it is let go: gives its task once it is in there.
async fn write_slowly(db: &Db, let_go: Arc<Notify>) -> JoinHandle<Result<(), Error>> {
    let db = db.clone();
    let (inside, is_inside) = oneshot::channel();
    let mut inside = Some(inside);
    let task = tokio::spawn(async move {
        db.write(|mut tx| {
            let (let_go, inside) = (let_go.clone(), inside.take());
            async move {
                let job = job(&tx);
                jobs::enqueue(&mut tx, &job, jobs::When::now()).await?;
                if let Some(inside) = inside {
                    inside.send(()).unwrap();
                    let_go.notified().await;
                }
                Ok(())
            }
        })
        .await
    });
    is_inside.await.unwrap();
    task
}

/// How many commits the write-ahead log of a SQLite file holds: frames that carry the size of the database after a
/// commit (SQLite's file format, section 4.1).
fn commits(test: &TestDb) -> usize {
    const HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let log = std::fs::read(test.folder.path().join("paperround.db-wal")).unwrap();
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    let salts = &log[16..24];
    log[HEADER..]
        .chunks_exact(FRAME_HEADER + page)
        .take_while(|frame| frame[8..16] == *salts)
        .filter(|frame| frame[4..8] != [0; 4])
        .count()
}

#[tokio::test]
async fn use_cases_that_wait_together_share_a_commit() {
    let test = TestDb::sqlite().await;
    let before = commits(&test);
    let let_go = Arc::new(Notify::new());
    let first = write_slowly(&test.db, let_go.clone()).await;
    let others: Vec<_> = (0..10).map(|_| write_one(&test.db)).collect();
    yield_now().await;

    let_go.notify_one();
    for task in others.into_iter().chain([first]) {
        task.await.unwrap().unwrap();
    }

    assert_eq!(commits(&test) - before, 1);
    assert_eq!(count_jobs(&test).await, 11);
}

#[tokio::test]
async fn when_sqlite_ends_a_transaction_by_itself_only_who_caused_it_fails_and_the_writer_goes_on() {
    let test = TestDb::sqlite().await;
    // As it does on a full disk.
    test.execute(
        "create trigger full_disk before insert on job when new.dedupe_key = 'too much'
         begin select raise(rollback, 'the disk is full'); end",
    )
    .await;
    let let_go = Arc::new(Notify::new());
    let first = write_slowly(&test.db, let_go.clone()).await;
    let before = write_one(&test.db);
    let too_much = {
        let db = test.db.clone();
        tokio::spawn(async move {
            db.write(|mut tx| async move {
                let job = job(&tx);
                let when = jobs::When::now().once("too much");
                jobs::enqueue(&mut tx, &job, when).await.map(drop)
            })
            .await
        })
    };
    let after = write_one(&test.db);
    yield_now().await;

    let_go.notify_one();

    assert!(matches!(too_much.await.unwrap(), Err(Error::Database(_))));
    for task in [first, before, after] {
        task.await.unwrap().unwrap();
    }
    write_one(&test.db).await.unwrap().unwrap();
    assert_eq!(count_jobs(&test).await, 4);
}

on_both_engines! {
    async fn use_cases_that_fail_take_nothing_from_those_that_run_with_them(test: TestDb) {
        let let_go = Arc::new(Notify::new());
        let first = write_slowly(&test.db, let_go.clone()).await;
        let failing = (0..8).map(|_| {
            let db = test.db.clone();
            tokio::spawn(async move {
                db.write(|mut tx| async move {
                    let job = job(&tx);
                    jobs::enqueue(&mut tx, &job, jobs::When::now()).await?;
                    Err::<(), _>(Refusal::OnPurpose)
                }).await
            })
        }).collect::<Vec<_>>();
        let others = (0..8).map(|_| write_one(&test.db)).collect::<Vec<_>>();
        yield_now().await;

        let_go.notify_one();

        first.await.unwrap().unwrap();
        for task in failing {
            assert!(matches!(task.await.unwrap(), Err(Refusal::OnPurpose)));
        }
        for task in others {
            task.await.unwrap().unwrap();
        }
        assert_eq!(count_jobs(&test).await, 9);
    }

    async fn a_use_case_that_is_abandoned_half_way_takes_nothing_from_those_that_run_with_it(test: TestDb) {
        let let_go = Arc::new(Notify::new());
        let first = write_slowly(&test.db, let_go.clone()).await;
        let before = write_one(&test.db);
        let is_stuck = Arc::new(AtomicBool::new(false));
        let stuck = {
            let (db, is_stuck) = (test.db.clone(), is_stuck.clone());
            tokio::spawn(async move {
                db.write(|mut tx| {
                    let is_stuck = is_stuck.clone();
                    async move {
                        let job = job(&tx);
                        jobs::enqueue(&mut tx, &job, jobs::When::now()).await?;
                        is_stuck.store(true, Ordering::Relaxed);
                        std::future::pending::<Result<(), Error>>().await
                    }
                }).await
            })
        };
        let after = write_one(&test.db);
        yield_now().await;

        let_go.notify_one();
        while !is_stuck.load(Ordering::Relaxed) {
            yield_now().await;
        }
        stuck.abort();

        for task in [first, before, after] {
            task.await.unwrap().unwrap();
        }
        assert_eq!(count_jobs(&test).await, 3);
    }

    async fn what_a_closure_wrote_is_gone_when_it_fails(test: TestDb) {
        let result = test.db.write(|mut tx| async move {
            let job = job(&tx);
            jobs::enqueue(&mut tx, &job, jobs::When::now()).await?;
            Err::<(), _>(Refusal::OnPurpose)
        }).await;

        assert!(matches!(result, Err(Refusal::OnPurpose)));
        assert_eq!(count_jobs(&test).await, 0);
    }

    async fn concurrent_use_cases_are_repeated_until_they_fit_together(test: TestDb) {
        let writers = (0..8).map(|_| {
            let db = test.db.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    db.write(|mut tx| async move {
                        let before = jobs::count_pending(&mut tx).await?;
                        let job = job(&tx);
                        let when = jobs::When::now().once(format!("job {before}"));
                        let id = jobs::enqueue(&mut tx, &job, when).await?;
                        assert!(id.is_some(), "two transactions counted the same jobs");
                        Ok::<_, Error>(())
                    }).await.unwrap();
                }
            })
        }).collect::<Vec<_>>();
        for writer in writers {
            writer.await.unwrap();
        }

        assert_eq!(count_jobs(&test).await, 40);
    }

    async fn a_dedupe_key_lets_one_job_through(test: TestDb) {
        let enqueued = test.db.write(|mut tx| async move {
            let job = job(&tx);
            let first = jobs::enqueue(&mut tx, &job, jobs::When::now().once("look")).await?;
            let second = jobs::enqueue(&mut tx, &job, jobs::When::now().once("look")).await?;
            Ok::<_, Error>((first.is_some(), second.is_some()))
        }).await.unwrap();

        assert_eq!(enqueued, (true, false));
        assert_eq!(count_jobs(&test).await, 1);
    }
}
