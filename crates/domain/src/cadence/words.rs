//! How a cadence is told to people, in English.

use super::{Cadence, MonthDay, Weekday, Weekdays};

impl Cadence {
    /// What readers and staff are told: "right away", "every Monday and Thursday at 09:00".
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Instant => "right away".to_owned(),
            Self::Daily { at } => format!("every day at {at}"),
            Self::Weekly { days, at } => format!("every {} at {at}", days.words()),
            Self::Monthly { on, at } => format!("every month on the {} at {at}", on.words()),
        }
    }
}

impl Weekday {
    /// Its English name, such as "Monday".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }
}

impl Weekdays {
    /// Their names in a row: "Monday, Tuesday and Friday".
    #[must_use]
    pub fn words(self) -> String {
        let mut names: Vec<&str> = self.iter().map(Weekday::name).collect();
        let last = names.pop().expect("there is at least one day");
        if names.is_empty() {
            last.to_owned()
        } else {
            format!("{} and {last}", names.join(", "))
        }
    }
}

impl MonthDay {
    /// What follows "on the": "15th", "last day", "second Tuesday", "last Friday".
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Day(day) => {
                let day = day.get();
                let ending = match (day / 10, day % 10) {
                    (0 | 2 | 3, 1) => "st",
                    (0 | 2, 2) => "nd",
                    (0 | 2, 3) => "rd",
                    _ => "th",
                };
                format!("{day}{ending}")
            }
            Self::LastDay => "last day".to_owned(),
            Self::Nth(nth, weekday) => format!("{nth} {}", weekday.name()),
            Self::LastOf(weekday) => format!("last {}", weekday.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_a_cadence_as_they_would_say_it() {
        for (spelling, words) in [
            ("instant", "right away"),
            ("daily 09:00", "every day at 09:00"),
            ("weekly thu 09:00", "every Thursday at 09:00"),
            ("weekly mon,thu 09:00", "every Monday and Thursday at 09:00"),
            ("weekly mon,tue,fri 09:00", "every Monday, Tuesday and Friday at 09:00"),
            ("monthly 1 09:00", "every month on the 1st at 09:00"),
            ("monthly 2 09:00", "every month on the 2nd at 09:00"),
            ("monthly 3 09:00", "every month on the 3rd at 09:00"),
            ("monthly 11 09:00", "every month on the 11th at 09:00"),
            ("monthly 12 09:00", "every month on the 12th at 09:00"),
            ("monthly 13 09:00", "every month on the 13th at 09:00"),
            ("monthly 15 09:00", "every month on the 15th at 09:00"),
            ("monthly 22 09:00", "every month on the 22nd at 09:00"),
            ("monthly 31 09:00", "every month on the 31st at 09:00"),
            ("monthly last 09:00", "every month on the last day at 09:00"),
            ("monthly 2nd tue 09:00", "every month on the second Tuesday at 09:00"),
            ("monthly last fri 09:00", "every month on the last Friday at 09:00"),
        ] {
            assert_eq!(spelling.parse::<Cadence>().unwrap().words(), words);
        }
    }
}
