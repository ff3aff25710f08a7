//! Writing how a loan ends, and waiting until it is written.

use std::{
    task::{Context, Poll},
    time::Duration,
};

use apalis::prelude::{BoxDynError, Task};
use domain::Millis;
use futures_util::{FutureExt, future::BoxFuture};
use store::{
    Batcher, Db,
    jobs::{Ending, Finish, Finished},
};
use tokio_util::sync::CancellationToken;
use tower::{Layer, Service};

use super::Loan;

/// The first and the longest pause between two tries to write an end.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// Ends loans, many in one commit.
#[derive(Debug, Clone)]
pub(crate) struct Finisher {
    db: Db,
    batcher: Batcher<Finish>,
    /// Cancelled when the process waits no longer.
    abandon: CancellationToken,
}

impl Finisher {
    pub(crate) fn new(db: Db, abandon: CancellationToken) -> Self {
        let batcher = Batcher::start(db.clone(), Finish);
        Self { db, batcher, abandon }
    }

    /// Writes the end, again and again until it is written. Only a process that is past its grace gives up: the lease
    /// then ends by itself.
    pub(crate) async fn finish(&self, loan: &Loan, ending: Ending) {
        if loan.lease.is_completed() {
            return;
        }
        let finished = Finished {
            job: loan.lease.job(),
            epoch: loan.lease.epoch(),
            ending,
        };
        let mut pause = PAUSES.0;
        loop {
            match self.batcher.write(finished.clone()).await {
                Ok(true) => break,
                Ok(false) => {
                    tracing::warn!(job.id = %finished.job, "a job was taken over before it ended here");
                    metrics::counter!("paperround_job_leases_lost_total").increment(1);
                    return;
                }
                Err(error) => {
                    tracing::warn!(job.id = %finished.job, error = &*error as &dyn std::error::Error,
                        "the end of a job cannot be written");
                    if self.abandon.is_cancelled() {
                        return;
                    }
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
        if due(&finished.ending).is_some_and(|at| at <= self.db.clock().now()) {
            self.db.ring(loan.claimed.job.queue());
        }
    }
}

fn due(ending: &Ending) -> Option<Millis> {
    match ending {
        Ending::Later(at) | Ending::Retry { at, .. } => Some(*at),
        Ending::Done | Ending::Dead { .. } | Ending::GivenBack => None,
    }
}

/// Around everything that a worker does with a job: a worker is free for the next when the last one's end is written.
#[derive(Debug, Clone)]
pub(crate) struct FinishLayer(Finisher);

impl FinishLayer {
    pub(super) fn new(finisher: Finisher) -> Self {
        Self(finisher)
    }
}

/// See [`FinishLayer`].
#[derive(Debug, Clone)]
pub(crate) struct FinishService<S> {
    inner: S,
    finisher: Finisher,
}

impl<S> Layer<S> for FinishLayer {
    type Service = FinishService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        FinishService {
            inner,
            finisher: self.0.clone(),
        }
    }
}

impl<S> Service<Task<Loan>> for FinishService<S>
where
    S: Service<Task<Loan>, Response = Ending>,
    S::Future: Send + 'static,
    S::Error: Into<BoxDynError>,
{
    type Response = ();
    type Error = BoxDynError;
    type Future = BoxFuture<'static, Result<(), BoxDynError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxDynError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, task: Task<Loan>) -> Self::Future {
        let loan = task.args.clone();
        let finisher = self.finisher.clone();
        let run = self.inner.call(task);
        async move {
            let (ending, result) = match run.await {
                Ok(ending) => (ending, Ok(())),
                // Only the runtime's own end keeps a run from giving an ending.
                Err(error) => (Ending::GivenBack, Err(error.into())),
            };
            finisher.finish(&loan, ending).await;
            result
        }
        .boxed()
    }
}
