//! A cadence as three columns, in lists and in subscriptions.

use domain::Cadence;

use crate::{Error, Result};

/// The columns `cadence`, `cadence_weekday` and `cadence_minute`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct CadenceColumns {
    pub(crate) cadence: Option<String>,
    pub(crate) cadence_weekday: Option<i64>,
    pub(crate) cadence_minute: Option<i64>,
}

impl From<Option<Cadence>> for CadenceColumns {
    fn from(cadence: Option<Cadence>) -> Self {
        let (word, weekday, minute) = match cadence {
            None => (None, None, None),
            Some(Cadence::Instant) => (Some("instant"), None, None),
            Some(Cadence::Daily { minute }) => (Some("daily"), None, Some(minute)),
            Some(Cadence::Weekly { weekday, minute }) => (Some("weekly"), Some(weekday), Some(minute)),
        };
        Self {
            cadence: word.map(str::to_owned),
            cadence_weekday: weekday.map(i64::from),
            cadence_minute: minute.map(i64::from),
        }
    }
}

impl CadenceColumns {
    /// The cadence that the columns hold, if they hold one.
    pub(crate) fn read(self) -> Result<Option<Cadence>> {
        let unreadable = || Error::Unreadable(format!("a cadence {self:?}"));
        let Some(word) = self.cadence.as_deref() else {
            return Ok(None);
        };
        let minute = || self.cadence_minute.and_then(|minute| minute.try_into().ok());
        let weekday = || self.cadence_weekday.and_then(|weekday| weekday.try_into().ok());
        let cadence = match word {
            "instant" => Some(Cadence::Instant),
            "daily" => minute().map(|minute| Cadence::Daily { minute }),
            "weekly" => weekday()
                .zip(minute())
                .map(|(weekday, minute)| Cadence::Weekly { weekday, minute }),
            _ => None,
        };
        cadence
            .and_then(|cadence| cadence.validated().ok())
            .map(Some)
            .ok_or_else(unreadable)
    }
}
