//! How a job's run ends, and what runs jobs.

use std::future::Future;

use domain::{Job, Millis};
use store::jobs::Lease;

/// The end of a run that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The job is done.
    Done,
    /// There is more to do at that moment. It uses up no attempt.
    Later(Millis),
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub struct JobError {
    source: Box<dyn std::error::Error + Send + Sync>,
    passing: bool,
}

impl JobError {
    /// Something that may pass: the job is tried again, later each time, until its attempts are used up.
    pub fn retry(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: error.into(),
            passing: true,
        }
    }

    /// Something that no further attempt would change: the job is put aside for a person to see.
    pub fn fail(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: error.into(),
            passing: false,
        }
    }

    /// Whether another attempt may go better.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        self.passing
    }

    /// Whether the database could not be reached, which is no fault of the job.
    #[must_use]
    pub fn is_unavailability(&self) -> bool {
        store::is_unavailable(&*self.source)
    }

    /// The error and its causes in one line, as the job's row keeps it.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.source.to_string();
        let mut next = self.source.source();
        while let Some(error) = next {
            text.push_str(": ");
            text.push_str(&error.to_string());
            next = error.source();
        }
        text
    }
}

impl From<store::Error> for JobError {
    /// What the database answers may pass; a value that this version cannot read stays unreadable.
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unreadable(_) => Self::fail(error),
            _ => Self::retry(error),
        }
    }
}

/// What runs jobs: the service, or a stand-in where the machinery itself is looked at.
pub trait Work: Clone + Send + Sync + 'static {
    /// Runs one job under its lease.
    fn run(&self, job: Job, lease: Lease) -> impl Future<Output = Result<Outcome, JobError>> + Send;

    /// Enqueues what has become due by the clock.
    fn tick(&self) -> impl Future<Output = Result<(), store::Error>> + Send {
        std::future::ready(Ok(()))
    }
}
