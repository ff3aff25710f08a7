//! Background jobs: one file for each kind of job, and the machinery that runs them.
//!
//! What a job is about is a [`domain::Job`]; what it does is a use case of [`service`]; its file here calls one and
//! says how it went. `queue` holds what is the same for all of them: an apalis backend over the job table, leases,
//! back-off, and the way in which jobs end.

mod config;
mod deliver_chunk;
mod drain;
mod freeze_mailing;
mod outcome;
mod plan_mailing;
mod poll_feed;
mod process_signup;
mod purge;
mod queue;
mod read_page;
mod retry_chunk;
mod run;
mod schedule;
mod send_message;
mod start;

pub use config::{Slots, WorkersConfig};
pub use drain::{DrainError, Failure, drain, drain_with};
pub use outcome::{JobError, Outcome, Work};
pub use start::{start, start_with};
