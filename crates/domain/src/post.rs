//! What becomes of the posts that a feed shows.

use std::time::Duration;

crate::words! {
    /// Where a post stands in the feed's ledger.
    pub enum State {
        /// Was in the feed when it was connected: never mailed by itself.
        Baseline = "baseline",
        /// New, and waits for staff: too many came at once.
        Held = "held",
        /// Waits for the list's next mailing.
        Ready = "ready",
        /// Went into a mailing.
        Mailed = "mailed",
        /// Staff decided not to mail it.
        Skipped = "skipped",
    }
}

/// More new posts than this in one look at a feed are held for staff: a blog that moved must not mail its archive.
pub const MOST_NEW_AT_ONCE: usize = 5;

/// An instant list sends at most one mail in this time; posts that become ready meanwhile share the next.
pub const INSTANT_GAP: Duration = Duration::from_secs(60 * 60);

/// The state that new posts get when a look at the feed shows this many of them.
#[must_use]
pub const fn state_of_new(how_many: usize, first_look: bool) -> State {
    if first_look {
        State::Baseline
    } else if how_many > MOST_NEW_AT_ONCE {
        State::Held
    } else {
        State::Ready
    }
}
