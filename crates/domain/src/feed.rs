//! When a feed is looked at.

use std::time::Duration;

crate::words! {
    /// How the last look at a feed went.
    pub enum State {
        /// It could be read.
        Ok = "ok",
        /// It could not; the reason says why.
        Failing = "failing",
    }
}

/// How long after a look that worked the next one follows.
pub const POLL_EVERY: Duration = Duration::from_secs(10 * 60);

/// The longest that a feed is left alone, whatever happened and whatever its site asks for.
pub const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait after the n-th look in a row that failed (counted from 1): twice as long each time, at least what
/// the site asked for, at most a day.
#[must_use]
pub fn wait_after_failure(failures: u32, asked_for: Option<Duration>) -> Duration {
    let ours = POLL_EVERY * (1 << failures.min(8));
    ours.max(asked_for.unwrap_or_default()).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_day_and_honour_what_the_site_asks_for() {
        let minutes = |failures, asked_for| wait_after_failure(failures, asked_for).as_secs() / 60;
        let hours = |hours: u64| Some(Duration::from_secs(hours * 60 * 60));

        assert_eq!(minutes(1, None), 20);
        assert_eq!(minutes(2, None), 40);
        assert_eq!(minutes(40, None), 24 * 60);
        assert_eq!(minutes(1, hours(3)), 180);
        assert_eq!(minutes(1, hours(72)), 24 * 60);
    }
}
