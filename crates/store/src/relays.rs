//! Relays: the mail providers, and what is left of their limits.

use domain::{
    Millis, RelayId,
    limits::{Claimant, Limits, Room, Used},
};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

const SECOND: i64 = 1_000;
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Mails that may leave until a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// How many.
    pub mails: i64,
    /// After it they may not.
    pub until: Millis,
    /// When the second and the day began of whose limits they are a part.
    from: (i64, i64),
}

/// What came of asking for room within a relay's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// At least one mail may leave.
    Granted(Grant),
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

#[derive(Debug, sqlx::FromRow)]
struct Row {
    per_second: Option<i64>,
    per_day: Option<i64>,
    second_at: i64,
    second_used: i64,
    day_at: i64,
    day_used: i64,
}

/// Draws up to `wanted` mails from what is left of a relay's limits, which all processes share. What is not sent is to be
/// [given back](give_back), or it counts as sent.
///
/// # Errors
/// The database's.
pub async fn draw(tx: &mut Tx, id: RelayId, claimant: Claimant, wanted: i64) -> Result<Draw> {
    let now = tx.now().get();
    // Writing first locks the row: what is read is what nobody else can change before this transaction ends.
    let row: Row = on!(tx, c => sqlx::query_as(
        "update relay
         set second_used = case when $2 - second_at >= $3 then 0 else second_used end,
             second_at = case when $2 - second_at >= $3 then $2 else second_at end,
             day_used = case when $2 - day_at >= $4 then 0 else day_used end,
             day_at = case when $2 - day_at >= $4 then $2 else day_at end
         where id = $1
         returning per_second, per_day, second_at, second_used, day_at, day_used",
    )
    .bind(id.get())
    .bind(now)
    .bind(SECOND)
    .bind(DAY)
    .fetch_one(c)
    .await)?;
    let limits = Limits {
        per_second: row.per_second,
        per_day: row.per_day,
    };
    let used = Used {
        second: row.second_used,
        day: row.day_used,
    };
    let until = Millis::from(now + SECOND);
    let mails = match limits.room(used, claimant, wanted) {
        Room::For(mails) => mails,
        Room::NotThisSecond => {
            return Ok(Draw::Exhausted {
                until,
                for_the_day: false,
            });
        }
        Room::NotThisDay => {
            return Ok(Draw::Exhausted {
                until: (row.day_at + DAY).into(),
                for_the_day: true,
            });
        }
    };
    on!(tx, c => sqlx::query(
        "update relay set second_used = second_used + $2, day_used = day_used + $2 where id = $1",
    )
    .bind(id.get())
    .bind(mails)
    .execute(c)
    .await
    .map(drop))?;
    Ok(Draw::Granted(Grant {
        mails,
        until,
        from: (row.second_at, row.day_at),
    }))
}

/// Gives back what was drawn and not sent. What belongs to a second or a day that is over is nobody's any more.
///
/// # Errors
/// The database's.
pub async fn give_back(tx: &mut Tx, id: RelayId, unused: Grant) -> Result<()> {
    let (second_at, day_at) = unused.from;
    on!(tx, c => sqlx::query(
        "update relay
         set second_used = case when second_at = $3 then second_used - $2 else second_used end,
             day_used = case when day_at = $4 then day_used - $2 else day_used end
         where id = $1",
    )
    .bind(id.get())
    .bind(unused.mails)
    .bind(second_at)
    .bind(day_at)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
