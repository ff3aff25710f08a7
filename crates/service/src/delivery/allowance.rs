//! Room within a relay's limits, drawn a few mails at a time from the row that all processes share.

use std::sync::{Mutex, PoisonError};

use domain::{Millis, RelayId};
use store::{
    Db,
    relays::{self, Claimant, Draw, Limits},
};

/// How many mails are drawn at once, at most: what a process drew and did not send is lost until the next second.
const MOST_AT_ONCE: i64 = 50;

/// What this process has drawn and not used.
#[derive(Debug)]
pub(super) struct Allowance {
    relay: RelayId,
    /// How many to draw at once; none without limits.
    draw: Option<i64>,
    drawn: Mutex<Drawn>,
}

#[derive(Debug, Default)]
struct Drawn {
    mails: i64,
    until: Millis,
}

/// There is no room before a moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exhausted {
    pub(super) until: Millis,
    pub(super) for_the_day: bool,
}

impl Allowance {
    pub(super) fn new(relay: RelayId, limits: Limits) -> Self {
        let least = limits.per_second.into_iter().chain(limits.per_day).min();
        Self {
            relay,
            draw: least.map(|least| (least / 4).clamp(1, MOST_AT_ONCE)),
            drawn: Mutex::default(),
        }
    }

    /// Whether the relay has no limits.
    pub(super) const fn is_unlimited(&self) -> bool {
        self.draw.is_none()
    }

    /// Gives back the room for a mail that did not leave.
    pub(super) fn put_back(&self) {
        if self.draw.is_some() {
            self.drawn.lock().unwrap_or_else(PoisonError::into_inner).mails += 1;
        }
    }

    /// Takes room for one mail.
    pub(super) async fn take(&self, db: &Db) -> Result<Result<(), Exhausted>, store::Error> {
        let Some(wanted) = self.draw else {
            return Ok(Ok(()));
        };
        let now = db.clock().now();
        {
            let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
            if drawn.mails > 0 && now < drawn.until {
                drawn.mails -= 1;
                return Ok(Ok(()));
            }
        }
        let relay = self.relay;
        let draw = db
            .claim(|mut tx| async move { relays::draw(&mut tx, relay, Claimant::Mailing, wanted).await })
            .await?;
        Ok(match draw {
            Draw::Granted { mails, until } => {
                let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
                let kept = if now < drawn.until { drawn.mails } else { 0 };
                *drawn = Drawn {
                    mails: kept + mails - 1,
                    until,
                };
                Ok(())
            }
            Draw::Exhausted { until, for_the_day } => Err(Exhausted { until, for_the_day }),
        })
    }
}
