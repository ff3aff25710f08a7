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
