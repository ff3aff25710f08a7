//! The names of months and of zones.

use jiff::tz::Offset;

/// Beginnings of the months' names in English, German and French; the first that fits counts.
const MONTHS: &[(&str, i8)] = &[
    ("jan", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("mar", 3),
    ("mär", 3),
    ("mrz", 3),
    ("apr", 4),
    ("avr", 4),
    ("may", 5),
    ("mai", 5),
    ("juin", 6),
    ("jun", 6),
    ("juil", 7),
    ("jul", 7),
    ("aug", 8),
    ("aoû", 8),
    ("aou", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("déc", 12),
    ("dez", 12),
];

/// Hours east of Greenwich. Of a name with several meanings, that of RFC 822 or else of most blogs counts.
const ZONES: &[(&str, i8)] = &[
    ("Z", 0),
    ("UT", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", 1),
    ("BST", 1),
    ("CET", 1),
    ("MEZ", 1),
    ("CEST", 2),
    ("MESZ", 2),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("JST", 9),
    ("KST", 9),
    ("AEST", 10),
    ("AEDT", 11),
    ("NZST", 12),
    ("NZDT", 13),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// The month that a word names.
pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    MONTHS
        .iter()
        .find(|(start, _)| word.starts_with(start))
        .map(|(_, month)| *month)
}

/// The offset of a zone: a name, `+0100`, `+01:00`, `-5`, or `GMT+1`.
pub(super) fn offset(word: &str) -> Option<Offset> {
    let Some(at) = word.find(['+', '-']) else {
        return ZONES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word))
            .map(|(_, hours)| Offset::constant(*hours));
    };
    let name = &word[..at];
    if !name.is_empty() && !["GMT", "UT", "UTC"].iter().any(|utc| utc.eq_ignore_ascii_case(name)) {
        return None;
    }
    let digits = word[at + 1..].replace(':', "");
    let number: i32 = digits.parse().ok()?;
    let minutes = match digits.len() {
        1 | 2 => number * 60,
        3 | 4 => number / 100 * 60 + number % 100,
        _ => return None,
    };
    let sign = if word[at..].starts_with('-') { -60 } else { 60 };

    Offset::from_seconds(sign * minutes).ok()
}
