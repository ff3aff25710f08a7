//! Single mails: confirmations, welcomes and links that somebody asked for.
//!
//! Each is a row and a job, written in the transaction that makes it necessary. They leave over connections of their
//! own, so that nobody's confirmation waits behind a mailing.

mod compose;
mod judge;
mod lanes;
mod send;
mod stand;
mod trial;

pub use compose::{ComposeError, access_subject, confirm_subject};
pub use lanes::Lanes;
pub use send::{SendError, Sent, send};
pub use trial::{TrialError, send_test};

/// What a mail's row says while there is no provider.
pub const WAITING_FOR_PROVIDER: &str = "waiting for a mail provider";
