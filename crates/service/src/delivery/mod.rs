//! Sending the deliveries of mailings.
//!
//! A mailing's numbers are taken in chunks, each a job that owns its range until nothing of it is left: rows with an
//! outcome are skipped when it runs again, and that is the whole recovery from a crash. A chunk drives one lane. The lane
//! writes its next final dot only after its previous outcome is committed; the envelope between the two runs while the
//! commit does.

mod allowance;
mod chunk;
mod doubt;
mod editions;
mod finish;
mod judge;
mod office;
mod record;
mod round;

pub use chunk::{Chunk, DeliveryError, Ended, deliver};
pub(crate) use editions::Stored;
pub(crate) use finish::{fill_lanes, settle};
pub use office::Office;
