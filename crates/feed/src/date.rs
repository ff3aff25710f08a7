//! Dates as people and programs write them, where the formats' own rules are not kept.

use domain::Millis;
use jiff::{Timestamp, civil, tz::TimeZone};

/// Reads a date: ISO 8601 with or without a zone or a time of day; without a zone it is UTC.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    let text = text.trim();
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let civil = text.parse::<civil::DateTime>().ok()?;
        civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })?;
    Some(Millis::from(moment))
}
