//! The one representation of a moment: milliseconds since 1970, as the database keeps them.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// A moment in milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(i64);

impl Millis {
    /// A moment after all others.
    pub const MAX: Self = Self(i64::MAX);

    /// A moment before all others.
    pub const MIN: Self = Self(i64::MIN);

    /// The number of milliseconds since the epoch.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// This moment as a jiff timestamp; moments outside jiff's range of years are clamped to it.
    #[must_use]
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// The time from `earlier` to this moment; zero when it lies in the future.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This moment moved by a whole number of milliseconds, either way.
    #[must_use]
    pub const fn offset(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl From<i64> for Millis {
    fn from(millis: i64) -> Self {
        Self(millis)
    }
}

impl From<jiff::Timestamp> for Millis {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

impl std::ops::Add<Duration> for Millis {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        self.offset(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
    }
}

impl std::ops::Sub<Duration> for Millis {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        self.offset(-i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.timestamp(), f)
    }
}

impl fmt::Debug for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
