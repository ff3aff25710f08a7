//! How much waits.

use domain::{Millis, Queue};

use crate::{Error, Result, Tx, dialect::on};

/// One queue's backlog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// The queue.
    pub queue: Queue,
    /// How many of its jobs could start now.
    pub due: i64,
}

/// How many jobs wait, due or not.
///
/// # Errors
/// The database's.
pub async fn count_pending(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar("select count(*) from job where state = 'pending'").fetch_one(c).await)?)
}

/// Whether the queue has a job that is due at `now`.
///
/// # Errors
/// The database's.
pub async fn any_due(tx: &mut Tx, queue: Queue, now: Millis) -> Result<bool> {
    let one: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select run_at from job where queue = $1 and state = 'pending' and run_at <= $2 order by run_at, id limit 1",
    )
    .bind(queue.as_str())
    .bind(now.get())
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}

/// Whether a job with that dedupe key waits, and has not begun.
///
/// # Errors
/// The database's.
pub async fn is_pending(tx: &mut Tx, dedupe_key: &str) -> Result<bool> {
    // The longer condition is that of the index.
    let one: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select cast(1 as bigint) from job where dedupe_key = $1 and state <> 'dead' and state = 'pending'",
    )
    .bind(dedupe_key)
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}

/// How many jobs of each queue are due at `now`; queues without any are left out.
///
/// # Errors
/// The database's.
pub async fn depths(tx: &mut Tx, now: Millis) -> Result<Vec<Depth>> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
        "select queue, count(*) from job where state = 'pending' and run_at <= $1 group by queue",
    )
    .bind(now.get())
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(queue, due)| {
            let queue = queue
                .parse()
                .map_err(|error: domain::UnknownWord| Error::Unreadable(error.to_string()))?;
            Ok(Depth { queue, due })
        })
        .collect()
}
