//! Dates as people and programs write them, whatever format they claim to follow.
//!
//! ISO 8601 (Atom, JSON Feed, web pages), RFC 822 and its successors (RSS), and what is commonly made of both: no zone,
//! no seconds, no time of day, years of two digits, hours of one, a weekday that is wrong or in another language. A
//! text that leaves the day open is no date; what is merely absurd, such as a year to come, stays as it is written.

mod names;

use domain::Millis;
use jiff::{
    civil::{Date, Time},
    tz::Offset,
};

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 100;

/// Reads a date; without a time of day it is midnight, without a zone, or with one that is not known, it is UTC.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    let text = text.trim();
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut reading = Reading::default();
    let rest = match iso_date(text) {
        Some((date, rest)) => {
            reading.date = Some(date);
            rest.trim_start_matches(['T', 't'])
        }
        None => text,
    };
    for word in rest.split(|char: char| char.is_whitespace() || char == ',') {
        reading.take(word);
    }
    reading.moment()
}

/// The date of ISO 8601 at the beginning of a text, and what follows it.
fn iso_date(text: &str) -> Option<(Date, &str)> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let mut parts = date.split('-');
    let mut part = |length: usize| parts.next().filter(|part| part.len() == length)?.parse().ok();
    let year = part(4)?;
    let (month, day) = (i8::try_from(part(2)?).ok()?, i8::try_from(part(2)?).ok()?);

    Some((Date::new(year, month, day).ok()?, rest))
}

/// What the words of a date have said so far.
#[derive(Default)]
struct Reading {
    date: Option<Date>,
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<Time>,
    offset: Option<Offset>,
}

impl Reading {
    fn take(&mut self, word: &str) {
        let word = word.trim_matches(['(', ')', '.']);
        let Some(first) = word.chars().next() else { return };
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if first.is_ascii_digit() && word.contains(':') {
            let end = word
                .find(|char: char| !(char.is_ascii_digit() || ":.".contains(char)))
                .unwrap_or(word.len());
            self.time = self.time.or_else(|| time(&word[..end]));
            self.offset = self.offset.or_else(|| names::offset(&word[end..]));
        } else if is_number {
            self.number(word);
        } else if first.is_ascii_digit() && word.contains('-') {
            // 24-Nov-2026
            word.split('-').for_each(|word| self.take(word));
        } else if self.time.is_some() {
            self.afternoon(word);
            self.offset = self.offset.or_else(|| names::offset(word));
            self.month = self.month.or_else(|| names::month(word));
        } else {
            // French writes "mar" for Tuesday: the last word that may be a month is the month.
            self.month = names::month(word).or(self.month);
        }
    }

    /// The day comes first, before or after the month; what comes later, or has four digits, is the year.
    fn number(&mut self, word: &str) {
        match (word.len(), word.parse::<i16>()) {
            (4, Ok(year)) => self.year = self.year.or(Some(year)),
            (1 | 2, Ok(day)) if self.day.is_none() => self.day = i8::try_from(day).ok(),
            // RFC 2822, 4.3: two digits are a year of 1950 to 2049.
            (2, Ok(short)) => self.year = self.year.or(Some(short + if short < 50 { 2000 } else { 1900 })),
            _ => {}
        }
    }

    fn afternoon(&mut self, word: &str) {
        if let Some(time) = self.time
            && (word.eq_ignore_ascii_case("pm") && time.hour() < 12
                || word.eq_ignore_ascii_case("am") && time.hour() == 12)
        {
            self.time = time.with().hour((time.hour() + 12) % 24).build().ok();
        }
    }

    fn moment(self) -> Option<Millis> {
        let date = match self.date {
            Some(date) => date,
            None => Date::new(self.year?, self.month?, self.day?).ok()?,
        };
        let civil = date.to_datetime(self.time.unwrap_or(Time::midnight()));
        let moment = self.offset.unwrap_or(Offset::UTC).to_timestamp(civil).ok()?;
        Some(Millis::from(moment))
    }
}

/// `9:05`, `09:05:00` or `09:05:00.123`; 24 o'clock is read as the beginning of its day, as it mostly is meant, and a
/// leap second as the one before.
fn time(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let hour = parts.next()?.parse::<i8>().ok()?;
    let minute = parts.next()?.parse().ok()?;
    let (second, fraction) = match parts.next() {
        Some(seconds) => seconds.split_once('.').unwrap_or((seconds, "")),
        None => ("0", ""),
    };
    let second = second.parse::<i8>().ok()?;
    let nanos = format!("{:0<9}", fraction.get(..fraction.len().min(9))?);

    Time::new(
        if hour == 24 { 0 } else { hour },
        minute,
        if second == 60 { 59 } else { second },
        nanos.parse().ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        parse(text).map(|at| at.to_string())
    }

    #[test]
    fn the_dates_of_rss_are_read_however_loosely_they_are_written() {
        for text in [
            "Tue, 24 Nov 2026 09:05:00 +0100",
            "Tue, 24 Nov 2026 9:05:00 +0100",
            "Tue, 24 Nov 2026 09:05 +0100",
            "24 Nov 26 09:05 +0100",
            "Fri, 24 Nov 2026 09:05:00 +01:00",
            "Tuesday, 24 November 2026 09:05:00+0100",
            "Tues, Nov 24 2026 09:05:00 CET",
            "Tue, 24 Nov 2026 08:05:00 GMT",
            "Tue, 24 Nov 2026 08:05:00 UT",
            "Tue, 24 Nov 2026 08:05:00 Z",
            "Tue, 24 Nov 2026 08:05:00 -0000",
            "Tue, 24 Nov 2026 08:05:00",
            "Tue, 24 Nov 2026 03:05:00 EST",
            "Tue, 24 Nov 2026 01:05:00 PDT",
            "Tue, 24 Nov 2026 3:05 AM EST",
            "Tue, 24 Nov 2026 10:05:00 GMT+2",
            "Tue, 24 Nov 2026 09:05:00 +0100 (MEZ)",
            "24-Nov-2026 08:05:00 GMT",
            "Tue Nov 24 08:05:00 UTC 2026",
            "mar., 24 nov. 2026 09:05:00 +0100",
            "Di., 24. November 2026 09:05 MEZ",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-11-24T08:05:00Z"), "{text}");
        }
    }

    #[test]
    fn the_dates_of_iso_8601_are_read_with_and_without_zone_or_time() {
        for text in [
            "2026-11-24T09:05:00+01:00",
            "2026-11-24T09:05:00+0100",
            "2026-11-24T09:05+01",
            "2026-11-24T08:05:00Z",
            "2026-11-24t08:05:00.000z",
            "2026-11-24T08:05:00",
            "2026-11-24 08:05",
            "2026-11-24 03:05:00 EST",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-11-24T08:05:00Z"), "{text}");
        }
        assert_eq!(read("2026-11-24").as_deref(), Some("2026-11-24T00:00:00Z"));
        assert_eq!(read("24 Nov 2026").as_deref(), Some("2026-11-24T00:00:00Z"));
        assert_eq!(
            read("2026-11-15T10:11:12.345+01:00").as_deref(),
            Some("2026-11-15T09:11:12.345Z")
        );
    }

    #[test]
    fn months_are_read_in_german_and_french() {
        assert_eq!(read("3 März 2026").as_deref(), Some("2026-03-03T00:00:00Z"));
        assert_eq!(read("3. Dez. 2026").as_deref(), Some("2026-12-03T00:00:00Z"));
        assert_eq!(read("3 août 2026").as_deref(), Some("2026-08-03T00:00:00Z"));
        assert_eq!(read("3 juin 2026").as_deref(), Some("2026-06-03T00:00:00Z"));
        assert_eq!(read("3 juillet 2026").as_deref(), Some("2026-07-03T00:00:00Z"));
    }

    #[test]
    fn absurd_dates_stay_as_they_are_written() {
        assert_eq!(
            read("Mon, 01 Jan 0001 00:00:00 UTC").as_deref(),
            Some("0001-01-01T00:00:00Z")
        );
        assert_eq!(read("2999-01-01").as_deref(), Some("2999-01-01T00:00:00Z"));
        assert_eq!(read("5 Jun 2026 24:05 GMT").as_deref(), Some("2026-06-05T00:05:00Z"));
    }

    #[test]
    fn what_leaves_the_day_open_is_no_date() {
        for text in [
            "",
            "yesterday",
            "November 2026",
            "31 Feb 2026",
            "2026-13-01",
            "09:05",
            "24 Nov",
            "11/24/2026",
            "1 2 3 4",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
