//! One run of one job, from its claim to the way in which its loan ends.

use std::{any::Any, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use store::{
    Db,
    jobs::{Claimed, Ending, Lease},
};
use tokio::time::Instant;
use tracing::Instrument;

use super::backoff::backoff;
use crate::{JobError, Outcome, Work};

/// How much of an error's text a row keeps, in bytes.
const LONGEST_ERROR: usize = 4000;

/// Runs a job and decides what becomes of it. A panic is a failure like others.
pub(crate) async fn execute<W: Work>(db: &Db, work: &W, claimed: Claimed, lease: Lease) -> Ending {
    let kind = claimed.job.kind();
    let started = Instant::now();
    let span = tracing::info_span!(
        "job",
        job.id = %claimed.id,
        job.kind = kind,
        job.attempt = claimed.attempts,
        duration_ms = tracing::field::Empty,
    );
    let run = AssertUnwindSafe(work.run(claimed.job.clone(), lease))
        .catch_unwind()
        .instrument(span.clone());
    let result = run.await.unwrap_or_else(|panic| {
        let message = format!("the job panicked: {}", message_of(&*panic));
        Err(JobError::retry(message))
    });
    let took = started.elapsed();
    span.record("duration_ms", u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    let _entered = span.enter();
    let ending = ending_of(db, &claimed, result);
    metrics::histogram!("paperround_job_seconds", "kind" => kind, "outcome" => label(&ending))
        .record(took.as_secs_f64());
    tracing::debug!(outcome = label(&ending), "a job ended");
    ending
}

fn ending_of(db: &Db, claimed: &Claimed, result: Result<Outcome, JobError>) -> Ending {
    let error = match result {
        Ok(Outcome::Done) => return Ending::Done,
        Ok(Outcome::Later(at)) => return Ending::Later(at),
        Err(error) => error,
    };
    let text = shortened(error.chain());
    if error.is_unavailability() {
        let at = db.clock().now() + backoff(1, db.random());
        tracing::warn!(error = text, again_at = %at, "a job waits for the database");
        return Ending::Later(at);
    }
    if error.is_passing() && claimed.attempts < claimed.max_attempts {
        let at = db.clock().now() + backoff(claimed.attempts, db.random());
        tracing::warn!(error = text, retry_at = %at, "a job failed and is tried again");
        Ending::Retry { at, error: text }
    } else {
        tracing::error!(error = text, "a job failed and is put aside");
        Ending::Dead { error: text }
    }
}

/// The word for an ending in metrics.
fn label(ending: &Ending) -> &'static str {
    match ending {
        Ending::Done => "done",
        Ending::Later(_) => "later",
        Ending::Retry { .. } => "retry",
        Ending::Dead { .. } => "dead",
        Ending::GivenBack => "given-back",
    }
}

fn message_of(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

fn shortened(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST_ERROR));
    text
}
