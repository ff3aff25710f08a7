//! The moments of a cadence.
//!
//! Slots are wall-clock times in an IANA zone, computed late from the calendar, so that nine o'clock stays nine o'clock
//! across a change of daylight saving. A time that the night skips is moved to the moment after the gap, one that it has
//! twice is taken the first time only, and a day that a zone skips altogether is moved to the day after, whose slot is
//! then the same one.

use std::iter::successors;

use jiff::{civil::Date, tz::TimeZone};

use super::{Cadence, TimeOfDay};
use crate::Millis;

#[cfg(test)]
mod tests;

/// One moment at which a list is due, named by its wall-clock date: what makes a mailing of it unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The calendar day in the list's zone, such as `2026-11-24`.
    pub date: Date,
    /// The moment. It may lie on the next day, when the zone skips the last hour of that one.
    pub at: Millis,
}

impl Cadence {
    /// The first slot strictly after `after`; none for [`Cadence::Instant`], and none past the calendar's end.
    #[must_use]
    pub fn next_slot(&self, after: Millis, zone: &TimeZone) -> Option<Slot> {
        let at = self.time_of_day()?;
        let today = local_date(after, zone);
        // Yesterday's slot may still come: a gap around midnight moves it into today.
        let first = today.yesterday().unwrap_or(today);
        successors(Some(first), |date| date.tomorrow().ok())
            .filter(|date| self.is_on(*date))
            .filter_map(|date| slot(date, at, zone))
            .find(|slot| slot.at > after)
    }

    /// The slots strictly after `after`, in order: nothing for [`Cadence::Instant`], otherwise as many as one takes.
    pub fn upcoming(&self, after: Millis, zone: &TimeZone) -> impl Iterator<Item = Slot> {
        successors(self.next_slot(after, zone), |slot| self.next_slot(slot.at, zone))
    }

    /// The newest slot that is after `after` and not after `until`, however many lie between.
    #[must_use]
    pub fn latest_slot(&self, after: Millis, until: Millis, zone: &TimeZone) -> Option<Slot> {
        let at = self.time_of_day()?;
        let today = local_date(until, zone);
        // Tomorrow's slot may have come: clocks that are set back over midnight return to today.
        let last = today.tomorrow().unwrap_or(today);
        successors(Some(last), |date| date.yesterday().ok())
            .filter(|date| self.is_on(*date))
            .filter_map(|date| slot(date, at, zone))
            .find(|slot| slot.at <= until)
            .filter(|slot| slot.at > after)
    }

    fn time_of_day(&self) -> Option<TimeOfDay> {
        match *self {
            Self::Instant => None,
            Self::Daily { at } | Self::Weekly { at, .. } | Self::Monthly { at, .. } => Some(at),
        }
    }

    /// Whether the calendar has a slot on that date.
    fn is_on(&self, date: Date) -> bool {
        match *self {
            Self::Instant => false,
            Self::Daily { .. } => true,
            Self::Weekly { days, .. } => days.contains(date.weekday().into()),
            Self::Monthly { on, .. } => on.is(date),
        }
    }
}

fn local_date(at: Millis, zone: &TimeZone) -> Date {
    at.timestamp().to_zoned(zone.clone()).date()
}

/// The slot of a date; none at the ends of the calendar.
fn slot(date: Date, at: TimeOfDay, zone: &TimeZone) -> Option<Slot> {
    // The beginning of a day that the zone skips is that of the next one.
    let date = date.to_zoned(zone.clone()).ok()?.date();
    let at = date.to_datetime(at.civil()).to_zoned(zone.clone()).ok()?;
    Some(Slot {
        date,
        at: at.timestamp().into(),
    })
}
