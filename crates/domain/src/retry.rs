//! When a mail is tried again that was put off, or that may have arrived.

use std::time::Duration;

use crate::Millis;

/// How long a mail is tried before it is given up.
const PATIENCE: Duration = Duration::from_secs(3 * 24 * 60 * 60);
/// From which try on a mail is not sent again that may have arrived twice in a row.
const MOST_UNKNOWN: i64 = 3;

/// What a try came to that did not end in a yes or a no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsettled {
    /// The relay said "not now" (4xx).
    Deferred,
    /// The connection broke after the final dot: the mail may have arrived.
    Unknown,
}

/// The tries of a mail up to one that settled nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How many there were, the last one included.
    pub count: i64,
    /// When the first was.
    pub first_at: Millis,
    /// What the one before the last came to, if it settled nothing either.
    pub before: Option<Unsettled>,
    /// What the last came to.
    pub last: Unsettled,
}

impl Tries {
    /// When the mail is tried again, now that its last try is over: later each time. None when it is given up, because that
    /// would be for more than three days, or because it may have arrived again and again.
    #[must_use]
    pub fn next(&self, now: Millis) -> Option<Millis> {
        let again = now + wait_after(self.count);
        let may_have_arrived_often =
            self.last == Unsettled::Unknown && self.before == Some(Unsettled::Unknown) && self.count >= MOST_UNKNOWN;
        (again.since(self.first_at) <= PATIENCE && !may_have_arrived_often).then_some(again)
    }
}

/// How long to wait after the n-th try (counted from 1): a minute, doubling, at most four hours.
fn wait_after(tries: i64) -> Duration {
    let doublings = tries.saturating_sub(1).clamp(0, 8);
    Duration::from_secs(60 << doublings).min(Duration::from_secs(4 * 60 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis::MIN;

    /// Tries of which the first was at [`NOW`].
    fn tries(count: i64, before: Option<Unsettled>, last: Unsettled) -> Tries {
        Tries {
            count,
            first_at: NOW,
            before,
            last,
        }
    }

    #[test]
    fn waits_grow_to_four_hours() {
        let minutes: Vec<u64> = (1..=10).map(|tries| wait_after(tries).as_secs() / 60).collect();

        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]);
    }

    #[test]
    fn a_mail_that_is_put_off_is_given_up_after_three_days() {
        let put_off = tries(30, Some(Unsettled::Deferred), Unsettled::Deferred);
        let in_time = NOW + (PATIENCE - Duration::from_secs(4 * 60 * 60));

        assert_eq!(put_off.next(in_time), Some(NOW + PATIENCE));
        assert_eq!(put_off.next(in_time + Duration::from_millis(1)), None);
    }

    #[test]
    fn a_mail_that_may_have_arrived_is_not_repeated_for_ever() {
        use Unsettled::{Deferred, Unknown};

        assert!(tries(1, None, Unknown).next(NOW).is_some());
        assert!(tries(2, Some(Unknown), Unknown).next(NOW).is_some());
        assert_eq!(tries(3, Some(Unknown), Unknown).next(NOW), None);
        assert!(tries(3, Some(Unknown), Deferred).next(NOW).is_some());
    }

    #[test]
    fn a_mail_that_was_put_off_and_then_may_have_arrived_is_sent_once_more() {
        use Unsettled::{Deferred, Unknown};

        assert!(tries(3, Some(Deferred), Unknown).next(NOW).is_some());
        assert_eq!(tries(4, Some(Unknown), Unknown).next(NOW), None);
    }
}
