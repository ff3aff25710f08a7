//! How single values are shown.

use jiff::civil;

/// One line, its white space collapsed: what came from a feed must not shape a text mail.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A day as it is written in the mail's language: 22 November 2026.
pub(super) fn day(date: civil::Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A time of day by the wall clock: 9:05. By reference, as templates pass what they match.
pub(super) fn time_of_day(minute: &u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

/// The English name of a weekday, 1 being Monday. By reference, as templates pass what they match.
pub(super) fn weekday(number: &u8) -> &'static str {
    match number {
        1 => "Monday",
        2 => "Tuesday",
        3 => "Wednesday",
        4 => "Thursday",
        5 => "Friday",
        6 => "Saturday",
        _ => "Sunday",
    }
}
