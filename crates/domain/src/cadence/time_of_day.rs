//! Times of day by the wall clock, to the minute.

use std::{fmt, str::FromStr};

use jiff::civil;
use serde::{Deserialize, Serialize};

use super::CadenceError;

/// A time of day, such as `09:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Reads `00:00` to `23:59`, always in five characters.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn parse(text: &str) -> Result<Self, CadenceError> {
        let two = |digits: &str, below: u16| {
            let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            (digits.parse().ok()).filter(|number: &u16| plain && *number < below)
        };
        text.split_once(':')
            .and_then(|(hours, minutes)| Some(Self(two(hours, 24)? * 60 + two(minutes, 60)?)))
            .ok_or_else(|| CadenceError::TimeOfDay(text.to_owned()))
    }

    /// Minutes after midnight, below 1440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// The same on a civil clock.
    pub(super) fn civil(self) -> civil::Time {
        let part = |number: u16| i8::try_from(number).expect("an hour or minute is below 60");
        civil::time(part(self.0 / 60), part(self.0 % 60), 0, 0)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = CadenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = CadenceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_written_in_five_characters() {
        assert_eq!(TimeOfDay::parse("09:05").unwrap().minutes(), 545);
        assert_eq!(TimeOfDay::parse("23:59").unwrap().to_string(), "23:59");
        for text in [
            "9:00", "24:00", "09:60", "0900", "", "09:00:00", "+9:00", " 09:00", "09:0٠",
        ] {
            assert!(TimeOfDay::parse(text).is_err(), "{text:?} was accepted");
        }
    }
}
