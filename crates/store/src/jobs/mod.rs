//! The queue's table.
//!
//! A job waits (`pending`) until its time, is then lent to a process (`running`) until its lease ends, and is deleted
//! when it is done or put aside (`dead`) when it cannot be done. Every loan and every end of one raises the job's epoch,
//! and every statement that ends or prolongs a loan names the loan's: so a process that lost its lease changes nothing.

mod claim;
mod clock;
mod dead;
mod depth;
mod enqueue;
mod finish;
mod lease;
mod of_mailing;
mod renew;

pub use claim::{Claimed, claim};
pub use clock::clock_offset;
pub use dead::{DeadJob, dead, died_since, retry};
pub use depth::{Depth, any_due, count_pending, depths, is_pending};
pub use enqueue::{When, enqueue};
pub use finish::{Ending, Finish, Finished};
pub use lease::Lease;
pub use of_mailing::wake_mailing;
pub use renew::{MOST_TAKEOVERS, Reclaimed, Renewed, reclaim, renew};

use domain::JobId;
use serde::Serialize;

/// A loan as statements over many of them read it from JSON: both engines read the id from 32 hex digits.
#[derive(Serialize)]
struct Loan {
    id: String,
    epoch: i64,
}

impl Loan {
    fn new(id: JobId, epoch: i64) -> Self {
        Self {
            id: id.get().simple().to_string(),
            epoch,
        }
    }
}

fn json(rows: &impl Serialize) -> String {
    serde_json::to_string(rows).expect("rows of text and numbers are always valid JSON")
}
