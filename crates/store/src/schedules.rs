//! When work that comes round is due next.

use domain::Millis;

use crate::{Result, Tx, dialect::on};

/// One kind of work that comes round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// When it is due next.
    pub next_at: Millis,
}

/// All schedules that were ever looked at.
///
/// # Errors
/// The database's.
pub async fn all(tx: &mut Tx) -> Result<Vec<Schedule>> {
    let rows: Vec<(String, i64)> =
        on!(tx, c => sqlx::query_as("select name, next_at from schedule order by name").fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(name, next_at)| Schedule {
            name,
            next_at: next_at.into(),
        })
        .collect())
}

/// Moves a schedule from the time that was `seen` (none: it is new) to its next. Says whether the caller is the one
/// who did, and so is the one who enqueues the work.
///
/// # Errors
/// The database's.
pub async fn advance(tx: &mut Tx, name: &str, seen: Option<Millis>, next_at: Millis) -> Result<bool> {
    let changed = if let Some(seen) = seen {
        on!(tx, c => sqlx::query("update schedule set next_at = $3 where name = $1 and next_at = $2")
            .bind(name)
            .bind(seen.get())
            .bind(next_at.get())
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?
    } else {
        on!(tx, c => sqlx::query("insert into schedule (name, next_at) values ($1, $2) on conflict do nothing")
            .bind(name)
            .bind(next_at.get())
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?
    };
    Ok(changed > 0)
}
