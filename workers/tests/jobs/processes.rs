//! Workers in processes of their own, killed, stopped and asked to leave.

use std::{collections::BTreeSet, path::Path, process::Command, str::FromStr, time::Duration};

use domain::{Clock, Random};
use sqlx::{Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{
    Engine,
    jobs::{Lease, When},
};
use testkit::{Process, TestDb, on_both_engines, open_again};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use workers::{Outcome, Slots, WorkersConfig, start_with};

use crate::support::{by, enqueue, enqueue_many, quick, rows, until};

/// Holds the database's address in a process that [`a_worker_process`] turns into a worker.
const URL: &str = "PAPERROUND_TEST_WORKER_URL";
/// Holds the file whose presence lets its jobs end.
const GO: &str = "PAPERROUND_TEST_WORKER_GO";
const PATIENCE: Duration = Duration::from_secs(60);

fn start_process(test: &TestDb, go: &Path) -> Process {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "processes::a_worker_process", "--nocapture"])
        .env(URL, &test.url)
        .env(GO, go);
    Process::start(command)
}

/// Not a test but the other processes of the tests below: this program again, told by [`URL`] to work.
#[tokio::test]
async fn a_worker_process() {
    let (Ok(url), Ok(go)) = (std::env::var(URL), std::env::var(GO)) else {
        return;
    };
    let db = open_again(&url, Clock::system(), Random::from_system()).await;
    let work = by(move |_, lease: Lease| {
        let go = go.clone();
        async move {
            println!("\nbegan {} {}", lease.job(), lease.epoch());
            while !Path::new(&go).exists() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            println!("\nended {} {}", lease.job(), lease.is_held());
            Ok(Outcome::Done)
        }
    });
    let shutdown = CancellationToken::new();
    let mut term = signal(SignalKind::terminate()).unwrap();
    let slots = Slots {
        feeds: 4,
        ..Slots::default()
    };
    let config = WorkersConfig {
        slots,
        lease: Duration::from_secs(3),
        ..quick()
    };
    let workers = start_with(db, work, config, shutdown.clone());
    term.recv().await;
    shutdown.cancel();
    workers.await.unwrap();
    println!("\nleft");
}

fn ids<'a>(output: &'a str, word: &str) -> Vec<&'a str> {
    output
        .lines()
        .filter_map(|line| line.strip_prefix(word)?.split_whitespace().next())
        .collect()
}

/// Stops a process where it stands, but not while it has the SQLite file locked: nobody could do anything then.
async fn freeze(test: &TestDb, process: &Process) {
    process.freeze();
    if test.db.engine() == Engine::Postgres {
        return;
    }
    let options = SqliteConnectOptions::from_str(&test.url).unwrap();
    let options = options.busy_timeout(Duration::from_millis(200));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    while connection.execute("begin immediate; rollback").await.is_err() {
        process.thaw();
        process.freeze();
    }
}

fn began(process: &Process) -> String {
    process.wait_for(PATIENCE, |line| line.strip_prefix("began ").map(str::to_owned))
}

on_both_engines! {
    async fn a_job_whose_process_is_killed_is_taken_over_when_its_lease_ends(test: TestDb) {
        let (never, now) = (test.folder.path().join("never"), test.folder.path().to_owned());
        let id = enqueue(&test.in_real_time().await, When::now()).await.unwrap();
        let mut first = start_process(&test, &never);
        assert_eq!(began(&first), format!("{id} 1"));

        first.kill();
        let second = start_process(&test, &now);

        assert_eq!(began(&second), format!("{id} 3"));
        until("the job is done", async || rows(&test).await == 0).await;
    }

    async fn a_process_that_slept_through_its_lease_does_no_harm(test: TestDb) {
        let (first_go, second_go) = (test.folder.path().join("first"), test.folder.path().join("second"));
        let id = enqueue(&test.in_real_time().await, When::now()).await.unwrap();
        let first = start_process(&test, &first_go);
        assert_eq!(began(&first), format!("{id} 1"));

        freeze(&test, &first).await;
        let second = start_process(&test, &second_go);
        assert_eq!(began(&second), format!("{id} 3"));
        std::fs::write(&first_go, "").unwrap();
        first.thaw();
        let held: String = first.wait_for(PATIENCE, |line| line.strip_prefix("ended ").map(str::to_owned));
        assert_eq!(held, format!("{id} false"));

        let running = "select count(*) from job where state = 'running' and epoch = 3";
        assert_eq!(test.number(running).await, 1);
        std::fs::write(&second_go, "").unwrap();
        let held: String = second.wait_for(PATIENCE, |line| line.strip_prefix("ended ").map(str::to_owned));
        assert_eq!(held, format!("{id} true"));
        until("the job is done", async || rows(&test).await == 0).await;
        assert_eq!(ids(&first.output(), "began ").len() + ids(&second.output(), "began ").len(), 2);
    }

    async fn a_process_that_is_asked_to_leave_ends_what_runs_and_leaves_the_rest(test: TestDb) {
        let go = test.folder.path().join("go");
        enqueue_many(&test.in_real_time().await, 10).await;
        let mut process = start_process(&test, &go);
        began(&process);
        until("four jobs run", async || ids(&process.output(), "began ").len() == 4).await;

        std::fs::write(&go, "").unwrap();
        let status = process.terminate(PATIENCE);

        assert!(status.success());
        let output = process.output();
        let (began, ended) = (ids(&output, "began "), ids(&output, "ended "));
        assert_eq!(BTreeSet::from_iter(&began), BTreeSet::from_iter(&ended));
        let left = i64::try_from(10 - began.len()).unwrap();
        assert_eq!(rows(&test).await, left);
        let untouched = "select count(*) from job where state = 'pending' and attempts = 0";
        assert_eq!(test.number(untouched).await, left);
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: run scripts/test"]
async fn two_processes_share_the_work_and_repeat_none() {
    let test = TestDb::postgres().await;
    let go = test.folder.path().join("go");
    let processes = [start_process(&test, &go), start_process(&test, &go)];
    enqueue_many(&test.in_real_time().await, 400).await;
    for process in &processes {
        began(process);
    }

    std::fs::write(&go, "").unwrap();
    until("all jobs are done", async || rows(&test).await == 0).await;

    let outputs = processes.each_ref().map(Process::output);
    let began: Vec<&str> = outputs.iter().flat_map(|output| ids(output, "began ")).collect();
    assert_eq!((began.len(), BTreeSet::from_iter(&began).len()), (400, 400));
}
