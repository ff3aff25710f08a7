//! A stand-in for the service, and looks at the queue.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{FeedId, Job, JobId};
use store::{
    Db, Error,
    jobs::{self, DeadJob, Lease, When},
};
use testkit::TestDb;
use tokio::time::Instant;
use workers::{JobError, Outcome, Work, WorkersConfig};

/// Runs every job by a closure and remembers the runs of each.
#[derive(Clone)]
pub(crate) struct By<F> {
    handler: F,
    runs: Arc<Mutex<BTreeMap<JobId, usize>>>,
}

pub(crate) fn by<F, Fut>(handler: F) -> By<F>
where
    F: Fn(Job, Lease) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Outcome, JobError>> + Send,
{
    By {
        handler,
        runs: Arc::default(),
    }
}

impl<F, Fut> Work for By<F>
where
    F: Fn(Job, Lease) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Outcome, JobError>> + Send,
{
    async fn run(&self, job: Job, lease: Lease) -> Result<Outcome, JobError> {
        *self.runs.lock().unwrap().entry(lease.job()).or_default() += 1;
        (self.handler)(job, lease).await
    }
}

impl<F> By<F> {
    /// How many runs there were.
    pub(crate) fn runs(&self) -> usize {
        self.runs.lock().unwrap().values().sum()
    }

    /// The most runs of one job.
    pub(crate) fn most_of_one(&self) -> usize {
        self.runs.lock().unwrap().values().copied().max().unwrap_or(0)
    }
}

/// Settings under which tests need not wait long.
pub(crate) fn quick() -> WorkersConfig {
    WorkersConfig {
        lease: Duration::from_secs(10),
        poll: Duration::from_millis(20),
        ..WorkersConfig::default()
    }
}

pub(crate) async fn enqueue(db: &Db, when: When) -> Option<JobId> {
    db.write(|mut tx| {
        let when = when.clone();
        async move {
            let job = job(&tx);
            jobs::enqueue(&mut tx, &job, when).await
        }
    })
    .await
    .unwrap()
}

pub(crate) async fn enqueue_many(db: &Db, count: usize) {
    db.write(|mut tx| async move {
        for _ in 0..count {
            let job = job(&tx);
            jobs::enqueue(&mut tx, &job, When::now()).await?;
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

fn job(tx: &store::Tx) -> Job {
    Job::PollFeed {
        feed: tx.id::<FeedId>(),
    }
}

pub(crate) async fn dead(test: &TestDb) -> Vec<DeadJob> {
    test.db
        .read(|mut tx| async move { jobs::dead(&mut tx, None, 10).await })
        .await
        .unwrap()
}

pub(crate) async fn pending(test: &TestDb) -> i64 {
    test.number("select count(*) from job where state = 'pending'").await
}

pub(crate) async fn rows(test: &TestDb) -> i64 {
    test.number("select count(*) from job").await
}

/// Looks until `condition` holds.
pub(crate) async fn until<Fut: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> Fut) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition().await {
        assert!(Instant::now() < deadline, "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
