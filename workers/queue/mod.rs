//! The machinery that all kinds of jobs share.
//!
//! Each queue has an apalis worker over a [`Source`]: it claims as many jobs as it has slots free, each under a lease,
//! runs them, and awaits the commit of their ends. One task for all queues renews the leases, and goes on while the
//! process shuts down.

mod backoff;
mod clock;
mod crew;
mod depth;
mod execute;
mod fetch;
mod finish;
mod keep;
mod live;
mod source;

pub(crate) use clock::ClockGuard;
pub(crate) use crew::{Crew, run_loan};
pub(crate) use depth::watch_depths;
pub(crate) use execute::execute;
pub(crate) use fetch::Fetch;
pub(crate) use finish::Finisher;
pub(crate) use keep::Keeper;
pub(crate) use live::{Live, Loan};
pub(crate) use source::Source;
