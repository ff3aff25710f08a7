//! Single-use links to everything that is kept about a subscriber.

use domain::{AccessLinkId, Millis, SubscriberId};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// A link that was mailed.
#[derive(Debug, Clone, Copy)]
pub struct AccessLink {
    /// Whose data it opens.
    pub subscriber: SubscriberId,
    /// When it was asked for.
    pub created_at: Millis,
    /// When it was opened.
    pub used_at: Option<Millis>,
}

/// Makes a link.
///
/// # Errors
/// The database's.
pub async fn insert(tx: &mut Tx, subscriber: SubscriberId) -> Result<AccessLinkId> {
    let (id, now) = (tx.id::<AccessLinkId>(), tx.now());
    on!(tx, c => sqlx::query("insert into access_link (id, subscriber_id, created_at) values ($1, $2, $3)")
        .bind(id.get())
        .bind(subscriber.get())
        .bind(now.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(id)
}

/// The link of that id.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: AccessLinkId) -> Result<Option<AccessLink>> {
    let row: Option<(Uuid, i64, Option<i64>)> = on!(tx, c => sqlx::query_as(
        "select subscriber_id, created_at, used_at from access_link where id = $1",
    )
    .bind(id.get())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(subscriber, created_at, used_at)| AccessLink {
        subscriber: subscriber.into(),
        created_at: created_at.into(),
        used_at: used_at.map(Into::into),
    }))
}

/// Uses a link up; false when it was before.
///
/// # Errors
/// The database's.
pub async fn use_up(tx: &mut Tx, id: AccessLinkId) -> Result<bool> {
    let now = tx.now();
    let used = on!(tx, c => sqlx::query("update access_link set used_at = $2 where id = $1 and used_at is null")
        .bind(id.get())
        .bind(now.get())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(used == 1)
}

/// Deletes links that stopped working before a moment.
///
/// # Errors
/// The database's.
pub async fn delete_older(tx: &mut Tx, before: Millis) -> Result<()> {
    on!(tx, c => sqlx::query("delete from access_link where created_at < $1")
        .bind(before.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Deletes a subscriber's links.
///
/// # Errors
/// The database's.
pub async fn delete_of(tx: &mut Tx, subscriber: SubscriberId) -> Result<()> {
    on!(tx, c => sqlx::query("delete from access_link where subscriber_id = $1")
        .bind(subscriber.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
