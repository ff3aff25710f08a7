//! Days of the week, one or several.

use jiff::civil;

use super::CadenceError;

crate::words! {
    /// A day of the week.
    pub enum Weekday {
        /// The first by ISO 8601.
        Monday = "monday",
        /// The second.
        Tuesday = "tuesday",
        /// The third.
        Wednesday = "wednesday",
        /// The fourth.
        Thursday = "thursday",
        /// The fifth.
        Friday = "friday",
        /// The sixth.
        Saturday = "saturday",
        /// The seventh.
        Sunday = "sunday",
    }
}

/// One or more days of the week, each once and in the order of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Weekdays(
    /// A bit for each day, Monday being the lowest. Never 0.
    u8,
);

impl Weekdays {
    /// These days, in any order and however often each is named.
    ///
    /// # Errors
    /// When there is none.
    pub fn new(days: impl IntoIterator<Item = Weekday>) -> Result<Self, CadenceError> {
        match days.into_iter().fold(0, |bits, day| bits | bit(day)) {
            0 => Err(CadenceError::NoWeekday),
            bits => Ok(Self(bits)),
        }
    }

    /// Whether a day is among them.
    #[must_use]
    pub const fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// The days, from Monday to Sunday.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        Weekday::ALL.iter().copied().filter(move |day| self.contains(*day))
    }
}

const fn bit(day: Weekday) -> u8 {
    1 << day as u8
}

impl From<Weekday> for Weekdays {
    fn from(day: Weekday) -> Self {
        Self(bit(day))
    }
}

impl From<civil::Weekday> for Weekday {
    fn from(day: civil::Weekday) -> Self {
        match day {
            civil::Weekday::Monday => Self::Monday,
            civil::Weekday::Tuesday => Self::Tuesday,
            civil::Weekday::Wednesday => Self::Wednesday,
            civil::Weekday::Thursday => Self::Thursday,
            civil::Weekday::Friday => Self::Friday,
            civil::Weekday::Saturday => Self::Saturday,
            civil::Weekday::Sunday => Self::Sunday,
        }
    }
}
