//! How many deliveries of a mailing had which outcome, without counting them.

use domain::{MailingId, Millis, mailing::Outcome};

use crate::{Result, Tx, dialect::on};

/// How many of a mailing's candidates became what. They change in the transaction that changes the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct Counters {
    /// Subscriptions that were confirmed when the mailing was frozen.
    pub candidates: i64,
    /// Those that have a delivery.
    pub deliveries: i64,
    /// Those that do not, for a reason.
    pub excluded: i64,
    /// Taken by the relay.
    pub accepted: i64,
    /// Put off by the relay.
    pub deferred: i64,
    /// Refused by the relay.
    pub refused: i64,
    /// May have arrived: the connection broke after the final dot.
    pub uncertain: i64,
    /// Held back because the reader left or must not be mailed.
    pub withheld: i64,
    /// Put off for too long.
    pub expired: i64,
    /// Called off.
    pub cancelled: i64,
    /// Taken by the mail catcher, before there was a mail provider.
    pub caught: i64,
}

impl Counters {
    /// Deliveries that were not tried yet.
    #[must_use]
    pub const fn pending(&self) -> i64 {
        self.deliveries
            - self.accepted
            - self.deferred
            - self.refused
            - self.uncertain
            - self.withheld
            - self.expired
            - self.cancelled
            - self.caught
    }

    /// The counter of an outcome; none for those that were not tried yet.
    pub fn of(&mut self, outcome: Outcome) -> Option<&mut i64> {
        Some(match outcome {
            Outcome::Pending => return None,
            Outcome::Accepted => &mut self.accepted,
            Outcome::Deferred => &mut self.deferred,
            Outcome::Refused => &mut self.refused,
            Outcome::Unknown => &mut self.uncertain,
            Outcome::Withheld => &mut self.withheld,
            Outcome::Expired => &mut self.expired,
            Outcome::Cancelled => &mut self.cancelled,
            Outcome::Caught => &mut self.caught,
        })
    }
}

/// By how much the counters of a mailing change.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Change(Counters);

impl Change {
    /// One delivery more has `new` instead of `old`.
    pub(crate) fn add(&mut self, old: Outcome, new: Outcome) {
        if let Some(counter) = self.0.of(old) {
            *counter -= 1;
        }
        if let Some(counter) = self.0.of(new) {
            *counter += 1;
        }
    }
}

/// Changes the counters of a mailing, and notes that something happened to it.
pub(crate) async fn count(tx: &mut Tx, id: MailingId, Change(by): Change, at: Millis) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update mailing
         set accepted = accepted + $2, deferred = deferred + $3, refused = refused + $4, uncertain = uncertain + $5,
             withheld = withheld + $6, expired = expired + $7, cancelled = cancelled + $8, caught = caught + $9,
             touched_at = case when touched_at < $10 then $10 else touched_at end
         where id = $1",
    )
    .bind(id.get())
    .bind(by.accepted)
    .bind(by.deferred)
    .bind(by.refused)
    .bind(by.uncertain)
    .bind(by.withheld)
    .bind(by.expired)
    .bind(by.cancelled)
    .bind(by.caught)
    .bind(at.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
