//! How often a list is mailed, as JSON says it: by clock times and names of days.

use domain::Cadence as Value;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How often a list is mailed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(tag = "every", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Cadence {
    /// As soon as a post is ready, but at most one mail an hour.
    Instant {},
    /// Every day at a time in the list's zone.
    Daily {
        /// When.
        at: Clock,
    },
    /// Every week on a day at a time in the list's zone.
    Weekly {
        /// On which day.
        on: Day,
        /// When.
        at: Clock,
    },
}

/// A time of day, such as `09:00`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
pub struct Clock(u16);

/// A day of the week.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names of days say it all")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<Value> for Cadence {
    fn from(cadence: Value) -> Self {
        match cadence {
            Value::Instant => Self::Instant {},
            Value::Daily { minute } => Self::Daily { at: Clock(minute) },
            Value::Weekly { weekday, minute } => Self::Weekly {
                on: Day::from_number(weekday),
                at: Clock(minute),
            },
        }
    }
}

impl From<Cadence> for Value {
    fn from(cadence: Cadence) -> Self {
        match cadence {
            Cadence::Instant {} => Self::Instant,
            Cadence::Daily { at } => Self::Daily { minute: at.0 },
            Cadence::Weekly { on, at } => Self::Weekly {
                weekday: on.number(),
                minute: at.0,
            },
        }
    }
}

impl TryFrom<String> for Clock {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let two = |digits: &str, below: u16| match digits.parse::<u16>() {
            Ok(number) if digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()) && number < below => {
                Some(number)
            }
            _ => None,
        };
        text.split_once(':')
            .and_then(|(hours, minutes)| Some(Self(two(hours, 24)? * 60 + two(minutes, 60)?)))
            .ok_or("a time of day is written like 09:00")
    }
}

impl From<Clock> for String {
    fn from(Clock(minute): Clock) -> Self {
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }
}

impl Day {
    const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// 1 is Monday, 7 is Sunday.
    const fn number(self) -> u8 {
        self as u8 + 1
    }

    fn from_number(number: u8) -> Self {
        Self::ALL[usize::from(number.wrapping_sub(1)) % 7]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cadence_reads_as_people_say_it() {
        for (json, value) in [
            (json!({ "every": "instant" }), Value::Instant),
            (json!({ "every": "daily", "at": "09:05" }), Value::Daily { minute: 545 }),
            (
                json!({ "every": "weekly", "on": "sunday", "at": "00:00" }),
                Value::Weekly { weekday: 7, minute: 0 },
            ),
        ] {
            let read: Cadence = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(Value::from(read), value);
            assert_eq!(serde_json::to_value(Cadence::from(value)).unwrap(), json);
        }
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in ["9:00", "24:00", "09:60", "0900", "", "09:00:00", "+9:00"] {
            assert!(Clock::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }
}
