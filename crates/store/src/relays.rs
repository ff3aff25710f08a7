//! Relays: the mail providers, and what is left of their limits.

use domain::{Millis, RelayId};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

const SECOND: i64 = 1_000;
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// How many mails a relay takes; none where there is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// In a second.
    pub per_second: Option<i64>,
    /// In a day, counted from its first mail.
    pub per_day: Option<i64>,
}

/// Who asks for room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimant {
    /// A mailing. It leaves the last tenth of each limit to single mails, so that nobody's confirmation waits behind it.
    Mailing,
    /// A mail that is not a mailing's.
    Single,
}

impl Claimant {
    /// What of a limit it must not touch.
    const fn leaves(self, limit: i64) -> i64 {
        match self {
            Self::Mailing => limit / 10,
            Self::Single => 0,
        }
    }
}

/// What came of asking for room within a relay's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// So many mails may leave, until a moment.
    Granted {
        /// How many; at least one.
        mails: i64,
        /// After it they may not.
        until: Millis,
    },
    /// None, before a moment.
    Exhausted {
        /// When there is room again.
        until: Millis,
        /// Whether it is the day's limit.
        for_the_day: bool,
    },
}

/// Makes the relay of that name, or brings its limits up to date.
///
/// # Errors
/// The database's.
pub async fn ensure(tx: &mut Tx, name: &str, kind: &str, limits: Limits) -> Result<RelayId> {
    let (id, now) = (tx.id::<RelayId>(), tx.now());
    let id: Uuid = on!(tx, c => sqlx::query_scalar(
        "insert into relay (id, name, kind, per_second, per_day, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (name) do update
         set kind = excluded.kind, per_second = excluded.per_second, per_day = excluded.per_day
         returning id",
    )
    .bind(id.get())
    .bind(name)
    .bind(kind)
    .bind(limits.per_second)
    .bind(limits.per_day)
    .bind(now.get())
    .fetch_one(c)
    .await)?;
    Ok(id.into())
}

/// Draws up to `wanted` mails from what is left of a relay's limits, which all processes share.
///
/// # Errors
/// The database's.
pub async fn draw(tx: &mut Tx, id: RelayId, claimant: Claimant, wanted: i64) -> Result<Draw> {
    let now = tx.now().get();
    // Writing first locks the row: what is read is what nobody else can change before this transaction ends.
    let (per_second, per_day, second_used, day_at, day_used): (Option<i64>, Option<i64>, i64, i64, i64) = on!(tx, c => sqlx::query_as(
            "update relay
             set second_used = case when $2 - second_at >= $3 then 0 else second_used end,
                 second_at = case when $2 - second_at >= $3 then $2 else second_at end,
                 day_used = case when $2 - day_at >= $4 then 0 else day_used end,
                 day_at = case when $2 - day_at >= $4 then $2 else day_at end
             where id = $1
             returning per_second, per_day, second_used, day_at, day_used",
        )
        .bind(id.get())
        .bind(now)
        .bind(SECOND)
        .bind(DAY)
        .fetch_one(c)
        .await)?;
    let left_today = per_day.map_or(i64::MAX, |most| most - claimant.leaves(most) - day_used);
    let left_now = per_second.map_or(i64::MAX, |most| most - claimant.leaves(most) - second_used);
    if left_today <= 0 {
        return Ok(Draw::Exhausted {
            until: (day_at + DAY).into(),
            for_the_day: true,
        });
    }
    let until = Millis::from(now + SECOND);
    if left_now <= 0 {
        return Ok(Draw::Exhausted {
            until,
            for_the_day: false,
        });
    }
    let mails = wanted.min(left_now).min(left_today);
    on!(tx, c => sqlx::query(
        "update relay set second_used = second_used + $2, day_used = day_used + $2 where id = $1",
    )
    .bind(id.get())
    .bind(mails)
    .execute(c)
    .await
    .map(drop))?;
    Ok(Draw::Granted { mails, until })
}
