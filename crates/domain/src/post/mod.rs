//! What becomes of the posts that a feed shows: the rules of the ledger, which the service keeps in its database and a
//! replay in memory.

mod fate;
mod presence;
mod question;
mod sight;
mod verdict;

use std::time::Duration;

pub use fate::{Fate, New};
pub use presence::after_look;
pub use question::question;
pub use sight::{Ledger, Marks, Sight};
pub use verdict::{Source, Twin, Verdict, judge};

crate::words! {
    /// Where a post stands in the feed's ledger.
    pub enum State {
        /// Was there before the feed was connected: never mailed by itself.
        Baseline = "baseline",
        /// New, and may still be corrected: waits for a moment.
        Settling = "settling",
        /// Waits for staff to say what becomes of it.
        Held = "held",
        /// Waits for the list's next mailing.
        Ready = "ready",
        /// Went into a mailing.
        Mailed = "mailed",
        /// Staff, or the feed's settings, decided not to mail it.
        Skipped = "skipped",
        /// The blog took it back before it was mailed.
        Gone = "gone",
    }
}

/// More new posts than this in one look at a feed are held for staff: a blog that moved must not mail its archive.
pub const MOST_NEW_AT_ONCE: usize = 5;

/// An instant list sends at most one mail in this time; posts that become ready meanwhile share the next.
pub const INSTANT_GAP: Duration = Duration::from_secs(60 * 60);
