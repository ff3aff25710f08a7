//! Days of a month, by number or by weekday.

use jiff::civil::Date;

use super::{CadenceError, Weekday};

/// Which day of a month. Every month has exactly one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MonthDay {
    /// The day of that number, or the last one of a shorter month.
    Day(DayOfMonth),
    /// The last day, whatever its number.
    LastDay,
    /// Such as the second Tuesday.
    Nth(Nth, Weekday),
    /// Such as the last Friday.
    LastOf(Weekday),
}

/// The number of a day in a month: 1 to 31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayOfMonth(u8);

crate::words! {
    /// Which of the weekdays of one name in a month. A fifth is not in every month.
    pub enum Nth {
        /// From the 1st to the 7th.
        First = "first",
        /// From the 8th to the 14th.
        Second = "second",
        /// From the 15th to the 21st.
        Third = "third",
        /// From the 22nd to the 28th.
        Fourth = "fourth",
    }
}

impl DayOfMonth {
    /// Checks a number.
    ///
    /// # Errors
    /// When no month has such a day.
    pub fn new(number: u8) -> Result<Self, CadenceError> {
        if (1..=31).contains(&number) {
            Ok(Self(number))
        } else {
            Err(CadenceError::MonthDay(number.to_string()))
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl MonthDay {
    /// Whether that is the one of its month.
    pub(super) fn is(self, date: Date) -> bool {
        let (day, last) = (date.day().unsigned_abs(), date.days_in_month().unsigned_abs());
        let on = |weekday| Weekday::from(date.weekday()) == weekday;
        match self {
            Self::Day(number) => day == number.get().min(last),
            Self::LastDay => day == last,
            Self::Nth(nth, weekday) => on(weekday) && (day - 1) / 7 == nth as u8,
            Self::LastOf(weekday) => on(weekday) && day + 7 > last,
        }
    }
}
