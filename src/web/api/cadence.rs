//! How often a list is mailed, as JSON says it: by clock times and names of days.

use domain::{
    Cadence as Value,
    cadence::{CadenceError, DayOfMonth, MonthDay, TimeOfDay, Weekday, Weekdays},
};
use jiff::Zoned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words;

/// How often a list is mailed. Times are those of the list's zone; one that the night skips comes after the gap.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(tag = "every", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Cadence {
    /// As soon as a post is ready, but at most one mail an hour.
    Instant {},
    /// Every day at a time.
    Daily {
        /// When.
        #[schema(value_type = Clock)]
        at: TimeOfDay,
    },
    /// Every week on one or more days at a time.
    Weekly {
        /// On which days, in any order.
        #[schema(value_type = Vec<words::Weekday>, min_items = 1, example = json!(["monday", "thursday"]))]
        on: Days,
        /// When.
        #[schema(value_type = Clock)]
        at: TimeOfDay,
    },
    /// Every month on a day at a time.
    Monthly {
        /// On which day.
        on: DayOfTheMonth,
        /// When.
        #[schema(value_type = Clock)]
        at: TimeOfDay,
    },
}

/// A time of day by the wall clock.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
pub struct Clock(#[expect(dead_code, reason = "only its schema is used")] String);

/// Days of the week.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "Vec<Weekday>", into = "Vec<Weekday>")]
pub struct Days(Weekdays);

/// A day of every month: a number (a shorter month has its last day instead), `last day`, or a weekday such as
/// `second tuesday` or `last friday`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(
    value_type = String,
    pattern = "^([1-9]|[12][0-9]|3[01]|last day|(first|second|third|fourth|last) (mon|tues|wednes|thurs|fri|satur|sun)day)$",
    example = "15"
)]
pub struct DayOfTheMonth(MonthDay);

/// A moment by the clock of its zone: `2026-11-27T09:30:00+01:00`.
pub(super) fn with_offset(date: &Zoned) -> String {
    date.timestamp().display_with_offset(date.offset()).to_string()
}

impl From<Value> for Cadence {
    fn from(cadence: Value) -> Self {
        match cadence {
            Value::Instant => Self::Instant {},
            Value::Daily { at } => Self::Daily { at },
            Value::Weekly { days, at } => Self::Weekly { on: Days(days), at },
            Value::Monthly { on, at } => Self::Monthly {
                on: DayOfTheMonth(on),
                at,
            },
        }
    }
}

impl From<Cadence> for Value {
    fn from(cadence: Cadence) -> Self {
        match cadence {
            Cadence::Instant {} => Self::Instant,
            Cadence::Daily { at } => Self::Daily { at },
            Cadence::Weekly { on, at } => Self::Weekly { days: on.0, at },
            Cadence::Monthly { on, at } => Self::Monthly { on: on.0, at },
        }
    }
}

impl TryFrom<Vec<Weekday>> for Days {
    type Error = CadenceError;

    fn try_from(days: Vec<Weekday>) -> Result<Self, Self::Error> {
        Weekdays::new(days).map(Self)
    }
}

impl From<Days> for Vec<Weekday> {
    fn from(days: Days) -> Self {
        days.0.iter().collect()
    }
}

impl TryFrom<String> for DayOfTheMonth {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let day = match text.split_once(' ') {
            // The rest of what u8 reads, such as +1 and 01, is not in the pattern.
            None => (text.parse().ok().filter(|number: &u8| number.to_string() == text))
                .and_then(|number| DayOfMonth::new(number).ok())
                .map(MonthDay::Day),
            Some(("last", "day")) => Some(MonthDay::LastDay),
            Some(("last", weekday)) => weekday.parse().ok().map(MonthDay::LastOf),
            Some((nth, weekday)) => (nth.parse().ok())
                .zip(weekday.parse().ok())
                .map(|(nth, weekday)| MonthDay::Nth(nth, weekday)),
        };
        day.map(Self)
            .ok_or("a day of a month is written like \"15\", \"last day\", \"second tuesday\" or \"last friday\"")
    }
}

impl From<DayOfTheMonth> for String {
    fn from(DayOfTheMonth(day): DayOfTheMonth) -> Self {
        match day {
            MonthDay::Day(number) => number.get().to_string(),
            MonthDay::LastDay => "last day".to_owned(),
            MonthDay::Nth(nth, weekday) => format!("{nth} {weekday}"),
            MonthDay::LastOf(weekday) => format!("last {weekday}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cadence_reads_as_people_say_it() {
        for (json, spelling) in [
            (json!({ "every": "instant" }), "instant"),
            (json!({ "every": "daily", "at": "09:05" }), "daily 09:05"),
            (
                json!({ "every": "weekly", "on": ["monday", "thursday"], "at": "00:00" }),
                "weekly mon,thu 00:00",
            ),
            (
                json!({ "every": "monthly", "on": "31", "at": "09:00" }),
                "monthly 31 09:00",
            ),
            (
                json!({ "every": "monthly", "on": "last day", "at": "09:00" }),
                "monthly last 09:00",
            ),
            (
                json!({ "every": "monthly", "on": "second tuesday", "at": "09:00" }),
                "monthly 2nd tue 09:00",
            ),
            (
                json!({ "every": "monthly", "on": "last friday", "at": "09:00" }),
                "monthly last fri 09:00",
            ),
        ] {
            let read: Cadence = serde_json::from_value(json.clone()).unwrap();
            let value = Value::from(read);
            assert_eq!(value.spelling(), spelling);
            assert_eq!(serde_json::to_value(Cadence::from(value)).unwrap(), json);
        }
    }

    #[test]
    fn what_is_no_cadence_is_refused_with_what_would_be_right() {
        for (json, says) in [
            (
                json!({ "every": "daily", "at": "9:00" }),
                "\"9:00\" is not a time of day",
            ),
            (
                json!({ "every": "weekly", "on": [], "at": "09:00" }),
                "at least one day of the week",
            ),
            (
                json!({ "every": "weekly", "on": ["mon"], "at": "09:00" }),
                "expected one of `monday`, `tuesday`",
            ),
            (
                json!({ "every": "monthly", "on": "32", "at": "09:00" }),
                "written like \"15\", \"last day\"",
            ),
            (
                json!({ "every": "monthly", "on": "+1", "at": "09:00" }),
                "written like \"15\", \"last day\"",
            ),
            (
                json!({ "every": "monthly", "on": "fifth monday", "at": "09:00" }),
                "written like \"15\", \"last day\"",
            ),
            (json!({ "every": "monthly", "at": "09:00" }), "missing field `on`"),
            (
                json!({ "every": "daily", "on": "15", "at": "09:00" }),
                "unknown field `on`",
            ),
        ] {
            let error = serde_json::from_value::<Cadence>(json.clone()).unwrap_err().to_string();
            assert!(error.contains(says), "{json}: {error}");
        }
    }
}
