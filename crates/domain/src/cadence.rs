//! How often a list is mailed, and when next.
//!
//! Slots are wall-clock times in an IANA zone, computed late from the calendar, so that nine o'clock stays nine
//! o'clock across a change of daylight saving: a time that the night skips is moved to the moment after the gap, one
//! that it has twice is taken the first time only.

use std::fmt;

use jiff::{Span, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::Millis;

/// How often a list is mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "every", rename_all = "kebab-case")]
pub enum Cadence {
    /// As soon as a post is ready, but at most one mail an hour.
    Instant,
    /// Every day at a time.
    Daily {
        /// Minutes after midnight by the wall clock, below 1440.
        minute: u16,
    },
    /// Every week on one day at a time.
    Weekly {
        /// 1 is Monday, 7 is Sunday (ISO 8601).
        weekday: u8,
        /// Minutes after midnight by the wall clock, below 1440.
        minute: u16,
    },
}

/// A cadence whose numbers make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time of day is below 24:00, and a weekday is 1 (Monday) to 7 (Sunday)")]
pub struct CadenceError;

/// One moment at which a list is due, named by its wall-clock date: what makes a mailing of it unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The calendar day in the list's zone, such as `2026-11-24`.
    pub date: civil::Date,
    /// The moment.
    pub at: Millis,
}

impl Cadence {
    /// Checks the numbers of a cadence that came from outside.
    ///
    /// # Errors
    /// When a minute or weekday is out of range.
    pub const fn validated(self) -> Result<Self, CadenceError> {
        match self {
            Self::Daily { minute } if minute >= 1440 => Err(CadenceError),
            Self::Weekly { weekday, minute } if weekday < 1 || weekday > 7 || minute >= 1440 => Err(CadenceError),
            _ => Ok(self),
        }
    }

    /// The first slot strictly after `after`; none for [`Cadence::Instant`], and none past the calendar's end.
    #[must_use]
    pub fn next_slot(self, after: Millis, zone: &TimeZone) -> Option<Slot> {
        let (weekday, minute) = match self {
            Self::Instant => return None,
            Self::Daily { minute } => (None, minute),
            Self::Weekly { weekday, minute } => (Some(weekday), minute),
        };
        let time = civil::time(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0);
        let mut date = after.timestamp().to_zoned(zone.clone()).date();
        for _ in 0..=8 {
            let fits = weekday.is_none_or(|day| date.weekday().to_monday_one_offset().unsigned_abs() == day);
            if fits {
                let at = Millis::from(date.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp());
                if at > after {
                    return Some(Slot { date, at });
                }
            }
            date = date.checked_add(Span::new().days(1)).ok()?;
        }
        None
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        match *self {
            Self::Instant => f.write_str("right away"),
            Self::Daily { minute } => write!(f, "every day at {}", time(minute)),
            Self::Weekly { weekday, minute } => {
                const DAYS: [&str; 7] = [
                    "Monday",
                    "Tuesday",
                    "Wednesday",
                    "Thursday",
                    "Friday",
                    "Saturday",
                    "Sunday",
                ];
                let day = DAYS.get(usize::from(weekday.wrapping_sub(1))).unwrap_or(&"week");
                write!(f, "every {day} at {}", time(minute))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Millis {
        text.parse::<jiff::Zoned>().unwrap().timestamp().into()
    }

    fn slots(cadence: Cadence, zone: &str, after: &str, n: usize) -> Vec<String> {
        let zone = TimeZone::get(zone).unwrap();
        let mut after = at(after);
        (0..n)
            .map(|_| {
                let slot = cadence.next_slot(after, &zone).unwrap();
                after = slot.at;
                slot.at
                    .timestamp()
                    .to_zoned(zone.clone())
                    .strftime("%F %H:%M %:z")
                    .to_string()
            })
            .collect()
    }

    #[test]
    fn nine_o_clock_stays_nine_o_clock_across_daylight_saving() {
        let days = slots(
            Cadence::Daily { minute: 540 },
            "Europe/Paris",
            "2026-10-23T12:00[Europe/Paris]",
            3,
        );

        assert_eq!(
            days,
            [
                "2026-10-24 09:00 +02:00",
                "2026-10-25 09:00 +01:00",
                "2026-10-26 09:00 +01:00"
            ]
        );
    }

    #[test]
    fn a_time_that_the_night_skips_comes_after_the_gap_and_one_it_has_twice_comes_once() {
        let half_past_two = Cadence::Daily { minute: 150 };

        let spring = slots(half_past_two, "Europe/Paris", "2026-03-28T12:00[Europe/Paris]", 2);
        let autumn = slots(half_past_two, "Europe/Paris", "2026-10-24T12:00[Europe/Paris]", 2);

        assert_eq!(spring, ["2026-03-29 03:30 +02:00", "2026-03-30 02:30 +02:00"]);
        assert_eq!(autumn, ["2026-10-25 02:30 +02:00", "2026-10-26 02:30 +01:00"]);
    }

    #[test]
    fn a_weekly_slot_falls_on_its_day() {
        let tuesdays = slots(
            Cadence::Weekly { weekday: 2, minute: 0 },
            "America/New_York",
            "2026-11-24T00:00[America/New_York]",
            2,
        );

        assert_eq!(tuesdays, ["2026-12-01 00:00 -05:00", "2026-12-08 00:00 -05:00"]);
    }

    proptest! {
        #[test]
        fn slots_come_in_order_one_for_each_day(start in 1_700_000_000_000_i64..1_900_000_000_000, minute in 0u16..1440, zone in prop_oneof!["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]) {
            let zone = TimeZone::get(&zone).unwrap();
            let first = Cadence::Daily { minute }.next_slot(start.into(), &zone).unwrap();
            let second = Cadence::Daily { minute }.next_slot(first.at, &zone).unwrap();

            prop_assert!(first.at > start.into());
            prop_assert!(second.at > first.at);
            prop_assert_eq!(second.date, first.date.tomorrow().unwrap());
        }
    }
}
