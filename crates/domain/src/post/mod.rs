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

use crate::Millis;

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

/// When a post became ready, for the readers whom later mailings bring it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// It is not.
    Never,
    /// When it did before.
    Before(Millis),
    /// Now: it queues behind those that are ready ([`crate::pace::ready_at`]).
    Now,
}

impl State {
    /// When a post became ready that comes into this state, by when it did before. Only one that is mailed keeps that moment:
    /// one that was taken back and is released again is new to the mailings after that.
    #[must_use]
    pub fn readiness(self, before: Option<Millis>) -> Readiness {
        match (self, before) {
            (Self::Mailed, Some(at)) => Readiness::Before(at),
            (Self::Ready | Self::Mailed, _) => Readiness::Now,
            _ => Readiness::Never,
        }
    }
}

/// More new posts than this in one look at a feed are held for staff: a blog that moved must not mail its archive.
pub const MOST_NEW_AT_ONCE: usize = 5;

/// An instant list sends at most one mail in this time; posts that become ready meanwhile share the next.
pub const INSTANT_GAP: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_that_is_mailed_keeps_the_moment_at_which_it_became_ready() {
        let before = Some(Millis::from(5));

        assert_eq!(State::Mailed.readiness(before), Readiness::Before(5.into()));
        assert_eq!(State::Mailed.readiness(None), Readiness::Now);
        assert_eq!(State::Ready.readiness(before), Readiness::Now);
        for state in [
            State::Baseline,
            State::Settling,
            State::Held,
            State::Skipped,
            State::Gone,
        ] {
            assert_eq!(state.readiness(before), Readiness::Never, "{state}");
        }
    }
}
