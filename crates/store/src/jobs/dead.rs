//! Jobs that were put aside, for people to see and try again.

use domain::{JobId, Millis, Queue};
use uuid::Uuid;

use crate::{Error, Result, Tx, dialect::on};

/// A job that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    /// Its id.
    pub id: JobId,
    /// The queue that it was in, as the row spells it.
    pub queue: String,
    /// Its kind, as the row spells it.
    pub kind: String,
    /// What it was to do, as JSON; this version may be unable to read it.
    pub payload: String,
    /// How often it was tried.
    pub attempts: i64,
    /// How often a process died over it.
    pub takeovers: i64,
    /// What went wrong the last time.
    pub error: Option<String>,
    /// When it was enqueued.
    pub created_at: Millis,
    /// When it was put aside.
    pub died_at: Millis,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    queue: String,
    kind: String,
    payload: String,
    attempts: i64,
    takeovers: i64,
    error: Option<String>,
    created_at: i64,
    died_at: i64,
}

/// Up to `limit` dead jobs, the latest first, after the one at `after` (its `died_at` and id).
///
/// # Errors
/// The database's.
pub async fn dead(tx: &mut Tx, after: Option<(Millis, JobId)>, limit: i64) -> Result<Vec<DeadJob>> {
    let (died_at, id) = after.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.get(), id.get()));
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
        "select id, queue, kind, payload, attempts, takeovers, error, created_at, died_at from job
         where state = 'dead' and (died_at, id) < ($1, $2) order by died_at desc, id desc limit $3",
    )
    .bind(died_at)
    .bind(id)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|row| DeadJob {
            id: row.id.into(),
            queue: row.queue,
            kind: row.kind,
            payload: row.payload,
            attempts: row.attempts,
            takeovers: row.takeovers,
            error: row.error,
            created_at: row.created_at.into(),
            died_at: row.died_at.into(),
        })
        .collect())
}

/// Lets a dead job wait again, as if it had never been tried. Says whether there was such a dead job.
///
/// # Errors
/// [`Error::Taken`] when another job with its dedupe key waits or runs, and the database's.
pub async fn retry(tx: &mut Tx, id: JobId) -> Result<bool> {
    let now = tx.now();
    let queue: Option<String> = on!(tx, c => sqlx::query_scalar(
        "update job set state = 'pending', attempts = 0, takeovers = 0, run_at = $2, died_at = null
         where id = $1 and state = 'dead' returning queue",
    )
    .bind(id.get())
    .bind(now.get())
    .fetch_optional(c)
    .await)?;
    let Some(queue) = queue else { return Ok(false) };
    let queue: Queue = queue
        .parse()
        .map_err(|error: domain::UnknownWord| Error::Unreadable(error.to_string()))?;
    tx.ring_after_commit(queue);
    Ok(true)
}

/// Whether a job with that dedupe key was put aside since a moment: what has just failed for good is not asked for again
/// at once.
///
/// # Errors
/// The database's.
pub async fn died_since(tx: &mut Tx, dedupe_key: &str, since: Millis) -> Result<bool> {
    let one: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select cast(1 as bigint) from job where state = 'dead' and died_at >= $2 and dedupe_key = $1 limit 1",
    )
    .bind(dedupe_key)
    .bind(since.get())
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}
