//! Time zones by their IANA name.

use std::{fmt, str::FromStr};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A zone of the IANA time zone database, such as `Europe/Paris`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

/// A text that names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time zone: use a name such as \"Europe/Paris\", \"America/New_York\" or \"UTC\"")]
pub struct ZoneError(String);

impl Zone {
    /// Finds a zone by its name, whose case does not matter.
    ///
    /// # Errors
    /// When the database has no such zone.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        TimeZone::get(text.trim())
            .ok()
            .filter(|zone| zone.iana_name().is_some())
            .map(Self)
            .ok_or_else(|| ZoneError(text.to_owned()))
    }

    /// The zone's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.iana_name().expect("a zone that was found by its name has one")
    }

    /// The rules of the zone.
    #[must_use]
    pub fn rules(&self) -> &TimeZone {
        &self.0
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.as_str().to_owned()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_by_its_name_in_any_case() {
        assert_eq!(Zone::parse(" europe/paris ").unwrap().as_str(), "Europe/Paris");
        assert_eq!(Zone::parse("UTC").unwrap().as_str(), "UTC");
    }

    #[test]
    fn what_is_no_zone_is_refused_with_examples() {
        for text in ["", "Paris", "+01:00", "Europe/Atlantis", "unknown", "../etc/passwd"] {
            assert!(Zone::parse(text).is_err(), "{text:?} was accepted");
        }
    }
}
