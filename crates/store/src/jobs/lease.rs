//! The right to work on a job for a while.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{Clock, JobId, Millis};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Error, Result, Tx, dialect::on};

/// A loan of a job to this process, cheap to clone. Whoever does something that must not be done twice asks
/// [`Lease::is_held`] right before.
#[derive(Debug, Clone)]
pub struct Lease(Arc<Loan>);

#[derive(Debug)]
struct Loan {
    job: JobId,
    epoch: i64,
    clock: Clock,
    deadline: Mutex<Deadline>,
    lost: CancellationToken,
    stopping: CancellationToken,
    completed: Arc<AtomicBool>,
}

/// The end of the loan on two clocks: the wall's, by which others take the job over, and one that nobody can set back.
#[derive(Debug, Clone, Copy)]
struct Deadline {
    wall: Millis,
    monotonic: Instant,
}

impl Lease {
    /// A loan of `job` until `length` after both moments, which were read before the statement that made it.
    /// `stopping` is cancelled when the process is asked to end.
    #[must_use]
    pub fn new(
        (job, epoch): (JobId, i64),
        clock: Clock,
        since: (Millis, Instant),
        length: Duration,
        stopping: CancellationToken,
    ) -> Self {
        Self(Arc::new(Loan {
            job,
            epoch,
            clock,
            deadline: Mutex::new(Deadline::after(since, length)),
            lost: CancellationToken::new(),
            stopping,
            completed: Arc::new(AtomicBool::new(false)),
        }))
    }

    /// The job.
    #[must_use]
    pub fn job(&self) -> JobId {
        self.0.job
    }

    /// Which loan of the job this is.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.0.epoch
    }

    /// Whether nobody else can have taken the job over yet.
    #[must_use]
    pub fn is_held(&self) -> bool {
        let deadline = *self.deadline();
        !self.0.lost.is_cancelled() && self.0.clock.now() < deadline.wall && Instant::now() < deadline.monotonic
    }

    /// Cancelled when somebody else was found to have the job, or to have ended it.
    #[must_use]
    pub fn lost(&self) -> &CancellationToken {
        &self.0.lost
    }

    /// Cancelled when the process is asked to end: stop at the next good place, such as the next recipient.
    #[must_use]
    pub fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }

    /// Ends the job as done in the caller's transaction, so that what the job does and its end are one commit.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when the job was taken over: let it roll the transaction back.
    pub async fn complete(&self, tx: &mut Tx) -> Result<()> {
        let deleted = on!(tx, c => sqlx::query("delete from job where id = $1 and epoch = $2")
            .bind(self.0.job.get())
            .bind(self.0.epoch)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        if deleted == 0 {
            return Err(Error::LeaseLost);
        }
        tx.set_after_commit(self.0.completed.clone());
        Ok(())
    }

    /// Whether a transaction that [completed](Self::complete) the job was committed.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.0.completed.load(Ordering::Acquire)
    }

    /// Moves the end of the loan to `length` after both moments, which were read before the statement that renewed it.
    pub fn prolong(&self, since: (Millis, Instant), length: Duration) {
        *self.deadline() = Deadline::after(since, length);
    }

    fn deadline(&self) -> std::sync::MutexGuard<'_, Deadline> {
        self.0.deadline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deadline {
    fn after((wall, monotonic): (Millis, Instant), length: Duration) -> Self {
        Self {
            wall: wall + length,
            monotonic: monotonic + length,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Random;

    use super::*;

    fn lease(clock: &Clock, length: Duration) -> Lease {
        let job = JobId::new(&Random::seeded(1), clock.now());
        let since = (clock.now(), Instant::now());
        Lease::new((job, 1), clock.clone(), since, length, CancellationToken::new())
    }

    #[test]
    fn a_lease_ends_by_the_wall_clock() {
        let clock = Clock::fixed(Millis::from(1_000));
        let lease = lease(&clock, Duration::from_secs(60));
        assert!(lease.is_held());

        clock.advance(Duration::from_secs(60));

        assert!(!lease.is_held());
    }

    #[test]
    fn a_lease_ends_although_the_wall_clock_was_set_back() {
        let clock = Clock::fixed(Millis::from(1_000_000));
        let lease = lease(&clock, Duration::ZERO);

        clock.set(Millis::from(0));

        assert!(!lease.is_held());
    }

    #[test]
    fn a_lease_that_was_renewed_is_held_on() {
        let clock = Clock::fixed(Millis::from(1_000));
        let lease = lease(&clock, Duration::from_secs(60));
        clock.advance(Duration::from_secs(59));

        lease.prolong((clock.now(), Instant::now()), Duration::from_secs(60));
        clock.advance(Duration::from_secs(59));

        assert!(lease.is_held());
    }

    #[test]
    fn a_lease_that_is_known_to_be_lost_is_not_held() {
        let lease = lease(&Clock::fixed(Millis::from(1_000)), Duration::from_secs(60));

        lease.lost().cancel();

        assert!(!lease.is_held());
    }
}
