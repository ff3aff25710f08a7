//! What other tables keep about a subscriber besides their own: for a download of it, and for its erasure.

use domain::{EmailAddress, MailingId, Millis, SubscriberId};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// One mailing to the subscriber.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Delivery {
    /// The mailing.
    #[sqlx(try_from = "Uuid")]
    pub mailing_id: MailingId,
    /// What became of it.
    pub outcome: String,
    /// When it was last tried, in milliseconds.
    pub tried_at: Option<i64>,
}

/// One line of the log about the subscriber.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Line {
    /// When.
    #[sqlx(try_from = "i64")]
    pub at: Millis,
    /// What was done.
    pub action: String,
    /// Who did it.
    pub actor: String,
    /// From which network address.
    pub came_from: Option<String>,
}

/// Every mailing to a subscriber, the oldest first.
///
/// # Errors
/// The database's.
pub async fn deliveries(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Delivery>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select mailing_id, outcome, tried_at from delivery where subscriber_id = $1 order by mailing_id",
    )
    .bind(subscriber.get())
    .fetch_all(c)
    .await)?)
}

/// Every line of the log about a subscriber, the oldest first.
///
/// # Errors
/// The database's.
pub async fn log(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Line>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select at, action, actor, came_from from event where subscriber_id = $1 order by id",
    )
    .bind(subscriber.get())
    .fetch_all(c)
    .await)?)
}

/// Takes out of other tables what could tell who an erased subscriber was: relays' answers and kept answers of the API,
/// which may repeat the address, and where requests came from.
///
/// # Errors
/// The database's.
pub async fn erase(tx: &mut Tx, subscriber: SubscriberId, address: &EmailAddress) -> Result<()> {
    on!(tx, c => sqlx::query("update delivery set reply = null where subscriber_id = $1")
        .bind(subscriber.get())
        .execute(c)
        .await
        .map(drop))?;
    on!(tx, c => sqlx::query("update event set came_from = null where subscriber_id = $1 and actor = 'reader'")
        .bind(subscriber.get())
        .execute(c)
        .await
        .map(drop))?;
    on!(tx, c => sqlx::query("delete from idempotency where answer like '%' || $1 || '%'")
        .bind(address.as_str())
        .execute(c)
        .await
        .map(drop))?;
    on!(tx, c => sqlx::query("update job set error = null where error like '%' || $1 || '%'")
        .bind(address.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
