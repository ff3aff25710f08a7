//! Claiming jobs of one queue, as many as there are slots free, for as long as the process is not asked to end.

use std::{sync::Arc, time::Duration};

use domain::{Queue, WorkerId};
use store::{
    Db,
    jobs::{self, Lease},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{ClockGuard, Live, Loan};

/// The pause after the database refused.
const AFTER_AN_ERROR: Duration = Duration::from_secs(1);
/// How many jobs one statement claims at most: it bounds how long the write lock is held.
const AT_ONCE: usize = 256;

/// What a queue's claims are made with.
#[derive(Debug, Clone)]
pub(crate) struct Fetch {
    pub(crate) db: Db,
    pub(crate) queue: Queue,
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) worker: WorkerId,
    pub(crate) lease: Duration,
    /// How long until the next look, if no bell rings: jobs of other processes, and those whose time comes.
    pub(crate) poll: Duration,
    pub(crate) live: Live,
    pub(crate) clock: ClockGuard,
    pub(crate) stopping: CancellationToken,
}

impl Fetch {
    /// Sends loans until the process is asked to end, or nobody receives them. An error of the database is logged and
    /// waited out, never passed on.
    ///
    /// It must run in a task of its own. apalis stops asking its backend for jobs while it waits for the last ones, and
    /// a claim left where it stands holds SQLite's write lock, which those jobs need to end.
    pub(crate) async fn send(self, loans: mpsc::UnboundedSender<Loan>) {
        let shut = async {
            tokio::select! {
                () = self.stopping.cancelled() => {}
                () = loans.closed() => {}
            }
        };
        tokio::pin!(shut);
        loop {
            let permits = tokio::select! {
                biased;
                () = &mut shut => return,
                permits = self.free() => permits,
            };
            let pause = match self.claim(permits).await {
                Ok(claimed) if claimed.is_empty() => self.poll,
                Ok(claimed) => {
                    for loan in claimed {
                        // A loan that nobody receives is dropped, and its lease ends.
                        drop(loans.send(loan));
                    }
                    continue;
                }
                Err(error) => {
                    let queue = self.queue.as_str();
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        queue,
                        "jobs cannot be claimed"
                    );
                    AFTER_AN_ERROR
                }
            };
            tokio::select! {
                () = &mut shut => return,
                () = tokio::time::sleep(pause) => {}
                () = self.db.job_committed(self.queue), if pause == self.poll => {}
            }
        }
    }

    /// Waits until the clock is right and a slot is free, and takes all that are.
    async fn free(&self) -> OwnedSemaphorePermit {
        self.clock.trusted().await;
        let slots = self.slots.clone();
        let mut permits = slots.acquire_owned().await.expect("the slots are never closed");
        // Jobs that end in one commit free their slots one after the other: let them.
        tokio::task::yield_now().await;
        let more = self.slots.available_permits().min(AT_ONCE - 1);
        if let Ok(more) = self
            .slots
            .clone()
            .try_acquire_many_owned(u32::try_from(more).unwrap_or(0))
        {
            permits.merge(more);
        }
        permits
    }

    async fn claim(&self, mut permits: OwnedSemaphorePermit) -> Result<Vec<Loan>, store::Error> {
        let (queue, most, owner) = (self.queue, permits.num_permits(), (self.worker, self.lease));
        // On SQLite a look takes no lock, and most looks find nothing.
        let now = self.db.clock().now();
        let due = self
            .db
            .read(|mut tx| async move { jobs::any_due(&mut tx, queue, now).await });
        if !due.await? {
            return Ok(Vec::new());
        }
        let (claimed, since) = self
            .db
            .claim(|mut tx| async move {
                let since = (tx.now(), Instant::now());
                let claimed = jobs::claim(&mut tx, queue, most, since.0, owner).await?;
                Ok::<_, store::Error>((claimed, since))
            })
            .await?;
        let loans = claimed.into_iter().map(|claimed| {
            let lease = Lease::new(
                (claimed.id, claimed.epoch),
                self.db.clock().clone(),
                since,
                self.lease,
                self.stopping.clone(),
            );
            let permit = permits.split(1).expect("no more jobs are claimed than slots are free");
            self.live.lend(claimed, lease, permit)
        });
        Ok(loans.collect())
    }
}
