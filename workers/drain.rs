//! Running everything that is due, in the caller's task: how tests on a fixed clock move the service forward.

use std::time::Duration;

use domain::{Queue, WorkerId};
use service::Service;
use store::{
    Db, Flush,
    jobs::{self, Claimed, Ending, Finish, Finished, Lease},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Work, queue::execute};

/// How many jobs are taken at once.
const AT_ONCE: usize = 64;
/// Nothing renews these leases, and a test's clock may be moved far while a job runs.
const LEASE: Duration = Duration::from_secs(10 * 365 * 86_400);

/// A job that failed while draining.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Its kind.
    pub kind: &'static str,
    /// What went wrong.
    pub error: String,
    /// Whether it was put aside; otherwise it waits for its next attempt.
    pub dead: bool,
}

/// Why draining did not go well.
#[derive(Debug, thiserror::Error)]
pub enum DrainError {
    /// These jobs failed; all others that were due have run.
    #[error("jobs failed: {0:?}")]
    Failed(Vec<Failure>),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Runs every job that is due by the service's clock, and those that they make due, until none is left. Says how many
/// runs there were.
///
/// # Errors
/// When a job failed, after everything else has run.
pub async fn drain(service: &Service) -> Result<usize, DrainError> {
    drain_with(&service.db, service).await
}

/// [`drain`] over anything that runs jobs.
///
/// # Errors
/// When a job failed, after everything else has run.
pub async fn drain_with<W: Work>(db: &Db, work: &W) -> Result<usize, DrainError> {
    let worker = WorkerId::new(db.random(), db.clock().now());
    let mut runs = 0;
    let mut failures = Vec::new();
    loop {
        work.tick().await?;
        let before = runs;
        for queue in Queue::ALL {
            for claimed in claim(db, *queue, worker).await? {
                runs += 1;
                failures.extend(run_one(db, work, claimed).await?);
            }
        }
        if runs == before {
            break;
        }
    }
    if failures.is_empty() {
        Ok(runs)
    } else {
        Err(DrainError::Failed(failures))
    }
}

async fn claim(db: &Db, queue: Queue, worker: WorkerId) -> Result<Vec<Claimed>, store::Error> {
    let now = db.clock().now();
    db.claim(|mut tx| async move { jobs::claim(&mut tx, queue, AT_ONCE, now, (worker, LEASE)).await })
        .await
}

async fn run_one<W: Work>(db: &Db, work: &W, claimed: Claimed) -> Result<Option<Failure>, store::Error> {
    let since = (db.clock().now(), Instant::now());
    let loan = (claimed.id, claimed.epoch);
    let lease = Lease::new(loan, db.clock().clone(), since, LEASE, CancellationToken::new());
    let kind = claimed.job.kind();
    let ending = execute(db, work, claimed, lease.clone()).await;
    if !lease.is_completed() {
        finish(db, loan, ending.clone()).await?;
    }
    let dead = matches!(ending, Ending::Dead { .. });
    Ok(match ending {
        Ending::Retry { error, .. } | Ending::Dead { error } => Some(Failure { kind, error, dead }),
        Ending::Done | Ending::Later(_) | Ending::GivenBack => None,
    })
}

async fn finish(db: &Db, (job, epoch): (domain::JobId, i64), ending: Ending) -> Result<(), store::Error> {
    let item = [Finished { job, epoch, ending }];
    db.claim(|mut tx| {
        let item = item.clone();
        async move { Finish.flush(&mut tx, &item).await.map(drop) }
    })
    .await
}
