//! Requests that name themselves: the same one twice is done once and answered alike.
//!
//! A request whose process died before its answer was kept is never done again, because nobody knows how far it came:
//! whoever asked is told to look, and to use another name.

use std::time::Duration;

use domain::ApiTokenId;
use store::{Tx, idempotency};

use crate::Service;

/// For how long an answer is kept at least; the job that forgets them comes once a day.
pub const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// After this time a request without an answer was interrupted: none takes so long.
const INTERRUPTED: Duration = Duration::from_secs(2 * 60);

/// What is known of a request that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing: it is to be done now.
    Nothing,
    /// It was done, with this status and answer.
    Answered(u16, String),
    /// Its name was used for something else.
    Another,
    /// It is being done right now.
    UnderWay,
    /// It was begun, and nobody knows what became of it.
    Interrupted,
}

/// Begins a request that `token` sent under the name `key`; the hash is over all that it asks for.
///
/// # Errors
/// The database's.
pub async fn begin(service: &Service, token: ApiTokenId, key: &str, hash: &[u8; 32]) -> Result<Known, store::Error> {
    service
        .db
        .write(|mut tx| async move { known(&mut tx, token, key, hash).await })
        .await
}

async fn known(tx: &mut Tx, token: ApiTokenId, key: &str, hash: &[u8; 32]) -> Result<Known, store::Error> {
    if idempotency::begin(tx, token, key, hash).await? {
        return Ok(Known::Nothing);
    }
    let now = tx.now();
    Ok(match idempotency::find(tx, token, key).await? {
        Some(seen) if seen.hash != hash => Known::Another,
        Some(seen) => match seen.answer {
            Some((status, answer)) => Known::Answered(status, answer),
            None if now.since(seen.at) > INTERRUPTED => Known::Interrupted,
            None => Known::UnderWay,
        },
        None => Known::UnderWay,
    })
}

/// Keeps the answer of a request.
///
/// # Errors
/// The database's.
pub async fn finish(
    service: &Service,
    token: ApiTokenId,
    key: &str,
    status: u16,
    answer: &str,
) -> Result<(), store::Error> {
    service
        .db
        .write(|mut tx| async move { idempotency::finish(&mut tx, token, key, status, answer).await })
        .await
}

/// Forgets a request that failed without having done anything, so that it can be tried again.
///
/// # Errors
/// The database's.
pub async fn forget(service: &Service, token: ApiTokenId, key: &str) -> Result<(), store::Error> {
    service
        .db
        .write(|mut tx| async move { idempotency::forget(&mut tx, token, key).await })
        .await
}

/// Forgets answers that were kept long enough.
///
/// # Errors
/// The database's.
pub async fn purge(service: &Service) -> Result<(), store::Error> {
    service
        .db
        .write(|mut tx| async move {
            let before = tx.now() - KEPT;
            idempotency::purge(&mut tx, before).await
        })
        .await
}
