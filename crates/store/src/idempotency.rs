//! Requests of the API that name themselves, so that sending one twice does it once.

use domain::{ApiTokenId, Millis};

use crate::{Result, Tx, dialect::on};

/// What stands in `status` while the request is under way.
const UNDER_WAY: i64 = 0;

/// A request that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The hash of all that it asked for.
    pub hash: Vec<u8>,
    /// The status and the text of its answer; none while it is under way.
    pub answer: Option<(u16, String)>,
    /// When it came.
    pub at: Millis,
}

/// Writes down that a request is under way. False when one of that key was seen.
///
/// # Errors
/// The database's.
pub async fn begin(tx: &mut Tx, token: ApiTokenId, key: &str, hash: &[u8; 32]) -> Result<bool> {
    let now = tx.now();
    let inserted = on!(tx, c => sqlx::query(
        "insert into idempotency (token_id, key, request_hash, status, answer, created_at)
         values ($1, $2, $3, $4, '', $5)
         on conflict do nothing",
    )
    .bind(token.get())
    .bind(key)
    .bind(hash.as_slice())
    .bind(UNDER_WAY)
    .bind(now.get())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(inserted == 1)
}

/// The request of that key.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, token: ApiTokenId, key: &str) -> Result<Option<Seen>> {
    let row: Option<(Vec<u8>, i64, String, i64)> = on!(tx, c => sqlx::query_as(
        "select request_hash, status, answer, created_at from idempotency where token_id = $1 and key = $2",
    )
    .bind(token.get())
    .bind(key)
    .fetch_optional(c)
    .await)?;
    row.map(|(hash, status, answer, at)| {
        let status = u16::try_from(status).map_err(crate::error::unreadable)?;
        Ok(Seen {
            hash,
            answer: (i64::from(status) != UNDER_WAY).then_some((status, answer)),
            at: at.into(),
        })
    })
    .transpose()
}

/// Keeps the answer of a request.
///
/// # Errors
/// The database's.
pub async fn finish(tx: &mut Tx, token: ApiTokenId, key: &str, status: u16, answer: &str) -> Result<()> {
    on!(tx, c => sqlx::query("update idempotency set status = $3, answer = $4 where token_id = $1 and key = $2")
        .bind(token.get())
        .bind(key)
        .bind(i64::from(status))
        .bind(answer)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets a request, so that it can be made again.
///
/// # Errors
/// The database's.
pub async fn forget(tx: &mut Tx, token: ApiTokenId, key: &str) -> Result<()> {
    on!(tx, c => sqlx::query("delete from idempotency where token_id = $1 and key = $2")
        .bind(token.get())
        .bind(key)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets all requests that came before a moment.
///
/// # Errors
/// The database's.
pub async fn purge(tx: &mut Tx, before: Millis) -> Result<()> {
    on!(tx, c => sqlx::query("delete from idempotency where created_at < $1")
        .bind(before.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
