//! How a cadence is written: one text for the database, the command line, forms and JSON.
//!
//! `instant`, `daily 09:00`, `weekly mon,thu 09:00`, `monthly 15 09:00`, `monthly last 09:00`, `monthly 2nd tue 09:00`,
//! `monthly last fri 09:00`. Reading does not mind capitals, more spaces or another order of the days.

use std::str::FromStr;

use super::{Cadence, DayOfMonth, MonthDay, Nth, Weekday, Weekdays};

/// Why a text is no cadence, or no part of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CadenceError {
    /// The whole has no known form.
    #[error(
        "{0:?} is not a cadence: write \"instant\", \"daily 09:00\", \"weekly mon,thu 09:00\", \"monthly 15 09:00\", \
         \"monthly last 09:00\", \"monthly 2nd tue 09:00\" or \"monthly last fri 09:00\""
    )]
    Form(String),
    /// Not a time by the clock.
    #[error("{0:?} is not a time of day: write 00:00 to 23:59")]
    TimeOfDay(String),
    /// Not a day of the week.
    #[error("{0:?} is not a day of the week: write mon, tue, wed, thu, fri, sat or sun")]
    Weekday(String),
    /// A week without days.
    #[error("a weekly cadence has at least one day of the week")]
    NoWeekday,
    /// Not a day that every month has.
    #[error(
        "{0:?} is not a day of every month: write 1 to 31 (a shorter month has its last day instead), \"last\", \
         \"1st mon\" to \"4th sun\", or \"last mon\" to \"last sun\""
    )]
    MonthDay(String),
}

impl Cadence {
    /// The text that stands for this cadence everywhere outside the program, such as `weekly mon,thu 09:00`.
    #[must_use]
    pub fn spelling(&self) -> String {
        match self {
            Self::Instant => "instant".to_owned(),
            Self::Daily { at } => format!("daily {at}"),
            Self::Weekly { days, at } => format!("weekly {} {at}", days.spelling()),
            Self::Monthly { on, at } => format!("monthly {} {at}", on.spelling()),
        }
    }
}

impl FromStr for Cadence {
    type Err = CadenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.to_ascii_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        match words.as_slice() {
            ["instant"] => Ok(Self::Instant),
            ["daily", at] => Ok(Self::Daily { at: at.parse()? }),
            ["weekly", days @ .., at] if !days.is_empty() => Ok(Self::Weekly {
                days: days.concat().parse()?,
                at: at.parse()?,
            }),
            ["monthly", on @ .., at] if !on.is_empty() => Ok(Self::Monthly {
                on: on.join(" ").parse()?,
                at: at.parse()?,
            }),
            _ => Err(CadenceError::Form(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Cadence {
    type Error = CadenceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Cadence> for String {
    fn from(cadence: Cadence) -> Self {
        cadence.spelling()
    }
}

impl Weekday {
    /// Its first three letters.
    fn short(self) -> &'static str {
        &self.as_str()[..3]
    }

    fn from_short(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|day| day.short() == text)
    }
}

impl Weekdays {
    /// Their part of a cadence's spelling, such as `mon,thu`.
    #[must_use]
    pub fn spelling(self) -> String {
        self.iter().map(Weekday::short).collect::<Vec<_>>().join(",")
    }
}

impl FromStr for Weekdays {
    type Err = CadenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let days = text
            .split(',')
            .map(|day| Weekday::from_short(day).ok_or_else(|| CadenceError::Weekday(day.to_owned())));
        Self::new(days.collect::<Result<Vec<_>, _>>()?)
    }
}

impl Nth {
    const fn short(self) -> &'static str {
        match self {
            Self::First => "1st",
            Self::Second => "2nd",
            Self::Third => "3rd",
            Self::Fourth => "4th",
        }
    }

    fn from_short(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|nth| nth.short() == text)
    }
}

impl MonthDay {
    /// Its part of a cadence's spelling, such as `15`, `last`, `2nd tue` or `last fri`.
    #[must_use]
    pub fn spelling(self) -> String {
        match self {
            Self::Day(day) => day.get().to_string(),
            Self::LastDay => "last".to_owned(),
            Self::Nth(nth, weekday) => format!("{} {}", nth.short(), weekday.short()),
            Self::LastOf(weekday) => format!("last {}", weekday.short()),
        }
    }
}

impl FromStr for MonthDay {
    type Err = CadenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = match text.split_once(' ') {
            None if text == "last" => Some(Self::LastDay),
            // The rest of what u8 reads, such as +1 and 01, is no spelling.
            None => (text.parse().ok())
                .and_then(|number: u8| DayOfMonth::new(number).ok())
                .map(Self::Day)
                .filter(|day| day.spelling() == text),
            Some(("last", weekday)) => Weekday::from_short(weekday).map(Self::LastOf),
            Some((nth, weekday)) => Nth::from_short(nth)
                .zip(Weekday::from_short(weekday))
                .map(|(nth, weekday)| Self::Nth(nth, weekday)),
        };
        found.ok_or_else(|| CadenceError::MonthDay(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cadence_has_one_spelling() {
        for text in [
            "instant",
            "daily 09:00",
            "weekly mon,thu 09:00",
            "weekly sun 23:59",
            "monthly 15 09:00",
            "monthly 31 00:00",
            "monthly last 09:00",
            "monthly 2nd tue 09:00",
            "monthly last fri 09:00",
        ] {
            assert_eq!(text.parse::<Cadence>().unwrap().spelling(), text);
        }
    }

    #[test]
    fn reading_does_not_mind_how_people_type() {
        let read = |text: &str| text.parse::<Cadence>().unwrap().spelling();

        assert_eq!(read(" Daily  09:00 "), "daily 09:00");
        assert_eq!(read("weekly Thu, mon,thu 09:00"), "weekly mon,thu 09:00");
        assert_eq!(read("MONTHLY Last FRI 09:00"), "monthly last fri 09:00");
    }

    #[test]
    fn what_is_no_cadence_is_refused_with_what_would_be_right() {
        for (text, says) in [
            ("", "write \"instant\", \"daily 09:00\""),
            ("hourly", "\"hourly\" is not a cadence"),
            ("instant 09:00", "is not a cadence"),
            ("daily", "is not a cadence"),
            ("weekly 09:00", "is not a cadence"),
            ("monthly 09:00", "is not a cadence"),
            ("daily 24:00", "\"24:00\" is not a time of day: write 00:00 to 23:59"),
            ("daily 9", "\"9\" is not a time of day"),
            ("weekly 2 09:00", "\"2\" is not a day of the week: write mon, tue,"),
            ("weekly mon,,thu 09:00", "\"\" is not a day of the week"),
            ("weekly mon thu 09:00", "\"monthu\" is not a day of the week"),
            ("monthly 32 09:00", "\"32\" is not a day of every month: write 1 to 31"),
            ("monthly 0 09:00", "\"0\" is not a day of every month"),
            ("monthly +1 09:00", "\"+1\" is not a day of every month"),
            ("monthly 5th mon 09:00", "\"5th mon\" is not a day of every month"),
            ("monthly last day 09:00", "\"last day\" is not a day of every month"),
        ] {
            let error = text.parse::<Cadence>().unwrap_err().to_string();
            assert!(error.contains(says), "{text:?}: {error}");
        }
    }
}
