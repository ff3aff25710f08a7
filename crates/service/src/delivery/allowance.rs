//! Room within a relay's limits, drawn a few mails at a time from the row that all processes share.

use std::sync::{Mutex, PoisonError};

use domain::{
    Millis, RelayId,
    limits::{Claimant, Limits},
};
use store::{
    Db,
    relays::{self, Draw, Grant},
};

/// How many mails are drawn at once, at most: what a process drew and did not send when it was killed counts as sent.
const MOST_AT_ONCE: i64 = 50;

/// What this process has drawn and not used.
#[derive(Debug)]
pub(super) struct Allowance {
    relay: RelayId,
    /// How many to draw at once; none without limits.
    draw: Option<i64>,
    drawn: Mutex<Option<Grant>>,
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

    /// Keeps the room for a mail that did not leave for another.
    pub(super) fn put_back(&self) {
        if let Some(drawn) = &mut *self.drawn() {
            drawn.mails += 1;
        }
    }

    /// Takes room for one mail.
    pub(super) async fn take(&self, db: &Db) -> Result<Result<(), Exhausted>, store::Error> {
        let Some(wanted) = self.draw else {
            return Ok(Ok(()));
        };
        let over = match &mut *self.drawn() {
            Some(drawn) if drawn.mails > 0 && db.clock().now() < drawn.until => {
                drawn.mails -= 1;
                return Ok(Ok(()));
            }
            drawn => take_all(drawn),
        };
        let relay = self.relay;
        let draw = db
            .claim(|mut tx| async move {
                if let Some(over) = over {
                    relays::give_back(&mut tx, relay, over).await?;
                }
                relays::draw(&mut tx, relay, Claimant::Mailing, wanted).await
            })
            .await?;
        let mut granted = match draw {
            Draw::Granted(granted) => granted,
            Draw::Exhausted { until, for_the_day } => return Ok(Err(Exhausted { until, for_the_day })),
        };
        granted.mails -= 1;
        let other = self.drawn().replace(granted);
        // Another lane drew at the same time, or put room back.
        match other.filter(|other| other.mails > 0) {
            Some(other) => self.return_to(db, other).await.map(Ok),
            None => Ok(Ok(())),
        }
    }

    /// Gives back what was drawn and not used, because nobody may come to use it.
    pub(super) async fn give_back(&self, db: &Db) -> Result<(), store::Error> {
        let unused = take_all(&mut self.drawn());
        match unused {
            Some(unused) => self.return_to(db, unused).await,
            None => Ok(()),
        }
    }

    async fn return_to(&self, db: &Db, unused: Grant) -> Result<(), store::Error> {
        let relay = self.relay;
        db.claim(|mut tx| async move { relays::give_back(&mut tx, relay, unused).await })
            .await
    }

    fn drawn(&self) -> std::sync::MutexGuard<'_, Option<Grant>> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that is left; what it was a part of stays, for whoever has room to put back.
fn take_all(drawn: &mut Option<Grant>) -> Option<Grant> {
    let drawn = drawn.as_mut().filter(|drawn| drawn.mails > 0)?;
    let all = *drawn;
    drawn.mails = 0;
    Some(all)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use testkit::{TestDb, on_both_engines};

    use super::*;

    const USED: &str = "select day_used from relay";

    async fn allowance(test: &TestDb, per_day: i64) -> Allowance {
        let limits = Limits {
            per_second: None,
            per_day: Some(per_day),
        };
        let ensure = async |mut tx: store::Tx| relays::ensure(&mut tx, "relay", "smtp", limits).await;
        Allowance::new(test.db.write(ensure).await.unwrap(), limits)
    }

    on_both_engines! {
        async fn what_was_drawn_and_not_sent_within_its_second_counts_for_nothing(test: TestDb) {
            let allowance = allowance(&test, 500).await;
            for _ in 0..100 {
                allowance.take(&test.db).await.unwrap().unwrap();
                test.clock.advance(Duration::from_secs(2));
            }

            allowance.give_back(&test.db).await.unwrap();

            assert_eq!(test.number(USED).await, 100);
        }

        async fn what_was_drawn_yesterday_is_not_given_back_today(test: TestDb) {
            let ours = allowance(&test, 40).await;
            let theirs = allowance(&test, 40).await;
            ours.take(&test.db).await.unwrap().unwrap();
            test.clock.advance(Duration::from_secs(24 * 60 * 60));
            theirs.take(&test.db).await.unwrap().unwrap();

            ours.give_back(&test.db).await.unwrap();

            assert_eq!(test.number(USED).await, 10);
        }

        async fn the_room_for_a_mail_that_did_not_leave_is_used_by_the_next(test: TestDb) {
            let allowance = allowance(&test, 4).await;
            for _ in 0..10 {
                allowance.take(&test.db).await.unwrap().unwrap();
                allowance.put_back();
            }

            allowance.give_back(&test.db).await.unwrap();

            assert_eq!(test.number(USED).await, 0);
        }
    }
}
