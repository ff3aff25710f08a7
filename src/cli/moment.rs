//! Moments as commands print them: by a list's clock, in words that need no key.

use domain::{Millis, Zone};
use jiff::{Zoned, tz::TimeZone};
use store::lists::List;

/// The clock of a list; UTC where it has none.
pub(super) fn zone(list: &List) -> TimeZone {
    let zone = list.settings.zone.as_ref();
    zone.map_or(TimeZone::UTC, |zone| Zone::rules(zone).clone())
}

/// Such as "Tue 24 Nov 2026, 09:00 CET".
pub(super) fn minute(at: Millis, zone: &TimeZone) -> String {
    of_zoned(&at.timestamp().to_zoned(zone.clone()))
}

/// Such as "Tue 24 Nov 2026, 09:00 CET", by its own clock.
pub(super) fn of_zoned(at: &Zoned) -> String {
    at.strftime("%a %-d %b %Y, %H:%M %Z").to_string()
}

/// Such as "24 Nov 2026"; a dash for none.
pub(super) fn day(at: Option<Millis>, zone: &TimeZone) -> String {
    at.map_or_else(
        || "-".to_owned(),
        |at| at.timestamp().to_zoned(zone.clone()).strftime("%-d %b %Y").to_string(),
    )
}
