//! How often a list is mailed, and when next.
//!
//! A cadence is made of values that cannot be wrong, is written in one way everywhere outside the program (`spelling`),
//! is told to people in other words (`words`), and says its moments by a calendar in an IANA zone (`calendar`).

use serde::{Deserialize, Serialize};

mod calendar;
mod month_day;
mod spelling;
mod time_of_day;
mod weekdays;
mod words;

pub use calendar::Slot;
pub use month_day::{DayOfMonth, MonthDay, Nth};
pub use spelling::CadenceError;
pub use time_of_day::TimeOfDay;
pub use weekdays::{Weekday, Weekdays};

/// How often a list is mailed. In JSON and in the database it is its [spelling](Cadence::spelling).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Cadence {
    /// As soon as a post is ready, but at most one mail an hour.
    Instant,
    /// Every day at a time.
    Daily {
        /// By the wall clock.
        at: TimeOfDay,
    },
    /// Every week on one or more days at a time.
    Weekly {
        /// On which.
        days: Weekdays,
        /// By the wall clock.
        at: TimeOfDay,
    },
    /// Every month on a day at a time.
    Monthly {
        /// On which.
        on: MonthDay,
        /// By the wall clock.
        at: TimeOfDay,
    },
}

impl Cadence {
    /// Whether it mails less often than another: instant, daily, weekly on more days, on fewer, monthly. Two that mail
    /// equally often, such as daily and weekly on all seven days, are both not slower.
    #[must_use]
    pub fn is_slower_than(&self, other: &Self) -> bool {
        self.days_a_week() < other.days_a_week()
    }

    /// On how many days of a week it mails: 8 for one that waits for no day, 0 for less than once a week.
    fn days_a_week(&self) -> usize {
        match self {
            Self::Instant => 8,
            Self::Daily { .. } => 7,
            Self::Weekly { days, .. } => days.iter().count(),
            Self::Monthly { .. } => 0,
        }
    }
}
