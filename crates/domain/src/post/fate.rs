//! What becomes of a post that is new, by its date and what it is about.

use std::time::Duration;

use super::State;
use crate::{Millis, Topics};

/// A post dated this long before its feed was connected may still have been written then and published later.
const LATE: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// A post whose date lies further ahead than this is dated wrongly.
const AHEAD: Duration = Duration::from_secs(31 * 24 * 60 * 60);

/// What decides about a post that a feed shows for the first time.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// The date that it bears.
    pub published_at: Option<Millis>,
    /// What it is about.
    pub categories: &'a Topics,
    /// When the feed's first look was; none when this is it.
    pub connected_at: Option<Millis>,
    /// The only categories that the list takes from the feed; all when there are none.
    pub included: &'a Topics,
    /// The categories that it does not take.
    pub excluded: &'a Topics,
    /// How long it waits for last corrections.
    pub settling: Duration,
}

/// What becomes of a new post, and why, in words for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// Where it stands.
    pub state: State,
    /// Why.
    pub reason: String,
    /// When it has settled.
    pub settles_at: Option<Millis>,
}

impl Fate {
    /// A fate that waits for nothing.
    #[must_use]
    pub fn new(state: State, reason: impl Into<String>) -> Self {
        Self {
            state,
            reason: reason.into(),
            settles_at: None,
        }
    }

    /// In the feed at its first look: never mailed by itself.
    pub(super) fn first() -> Self {
        Self::new(State::Baseline, "was there when the feed was connected")
    }

    /// Has settled.
    #[must_use]
    pub fn settled() -> Self {
        Self::new(State::Ready, "waits for the next mailing")
    }

    /// Waits until a moment.
    #[must_use]
    pub fn settling(until: Millis, reason: impl Into<String>) -> Self {
        Self {
            settles_at: Some(until),
            ..Self::new(State::Settling, reason)
        }
    }
}

impl New<'_> {
    /// What becomes of it at a moment, as long as not too many others came with it.
    #[must_use]
    pub fn fate(&self, now: Millis) -> Fate {
        let Some(connected_at) = self.connected_at else {
            return Fate::first();
        };
        if let Some(reason) = self.is_left_out() {
            return Fate::new(State::Skipped, reason);
        }
        match self.published_at {
            Some(at) if at < connected_at - LATE => Fate::new(
                State::Baseline,
                format!("dated {}, before the feed was connected", day(at)),
            ),
            Some(at) if at > now + AHEAD => Fate::new(
                State::Held,
                format!("dated {}, far in the future: is that a mistake?", day(at)),
            ),
            Some(at) if at > now + self.settling => {
                Fate::settling(at, format!("dated in the future: waits until {}", minute(at)))
            }
            _ => {
                let until = now + self.settling;
                Fate::settling(until, format!("waits for last edits until {}", minute(until)))
            }
        }
    }

    fn is_left_out(&self) -> Option<String> {
        let out = self.categories.common(self.excluded);
        if !out.is_empty() {
            return Some(format!("left out: it is in {out}"));
        }
        let is_taken = self.included.is_empty() || self.categories.meets(self.included);
        (!is_taken).then(|| format!("left out: it is in none of {}", self.included))
    }
}

/// A day as staff read it, UTC.
fn day(at: Millis) -> String {
    at.timestamp().strftime("%-d %B %Y").to_string()
}

/// A moment as staff read it.
fn minute(at: Millis) -> String {
    at.timestamp().strftime("%-d %B %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_507_200_000;
    const DAY: i64 = 24 * 60 * 60 * 1000;

    /// The fate of a post about news in a feed that was connected ten days ago and takes and leaves out these.
    fn fate_with(published_at: Option<i64>, included: &str, excluded: &str) -> Fate {
        New {
            published_at: published_at.map(Millis::from),
            categories: &Topics::parse("News"),
            connected_at: Some((NOW - 10 * DAY).into()),
            included: &Topics::parse(included),
            excluded: &Topics::parse(excluded),
            settling: Duration::from_secs(600),
        }
        .fate(NOW.into())
    }

    fn fate(published_at: Option<i64>) -> Fate {
        fate_with(published_at, "", "")
    }

    #[test]
    fn what_is_there_at_first_is_never_mailed_by_itself() {
        let none = Topics::default();
        let new = New {
            published_at: Some(NOW.into()),
            categories: &none,
            connected_at: None,
            included: &none,
            excluded: &none,
            settling: Duration::ZERO,
        };

        assert_eq!(new.fate(NOW.into()).state, State::Baseline);
    }

    #[test]
    fn a_new_post_waits_for_last_edits_whatever_date_it_lacks() {
        for published_at in [None, Some(NOW), Some(NOW - 9 * DAY), Some(NOW - 11 * DAY)] {
            let fate = fate(published_at);

            assert_eq!(fate.state, State::Settling, "{published_at:?}");
            assert_eq!(fate.settles_at, Some((NOW + 600_000).into()));
            assert_eq!(fate.reason, "waits for last edits until 24 November 2026, 08:10 UTC");
        }
    }

    #[test]
    fn old_future_and_far_future_dates_have_fates_that_say_why() {
        let old = fate(Some(NOW - 13 * DAY));
        let soon = fate(Some(NOW + DAY));
        let far = fate(Some(NOW + 40 * DAY));

        assert_eq!(
            (old.state, old.reason.as_str()),
            (State::Baseline, "dated 11 November 2026, before the feed was connected")
        );
        assert_eq!(
            (soon.state, soon.settles_at),
            (State::Settling, Some((NOW + DAY).into()))
        );
        assert_eq!(
            soon.reason,
            "dated in the future: waits until 25 November 2026, 08:00 UTC"
        );
        assert_eq!(
            (far.state, far.reason.as_str()),
            (
                State::Held,
                "dated 3 January 2027, far in the future: is that a mistake?"
            )
        );
    }

    #[test]
    fn categories_that_the_list_does_not_take_are_skipped() {
        assert_eq!(fate_with(None, "", "news, food").reason, "left out: it is in news");
        assert_eq!(fate_with(None, "food", "").reason, "left out: it is in none of food");
        assert_eq!(fate_with(None, "food, news", "").state, State::Settling);
    }
}
