//! How a subscription comes to be and changes: asked for, joined, left, and what its reader chose.

use domain::{
    Cadence, ListId, SubscriberId, SubscriptionId, Topics,
    subscription::{LeaveReason, State},
};

use crate::{Result, Tx, column::json_text, dialect::on, pauses};

/// Adds a subscription that its reader has to confirm.
///
/// # Errors
/// [`crate::Error::Taken`] when there is one, and the database's.
pub async fn insert(tx: &mut Tx, subscriber: SubscriberId, list: ListId) -> Result<SubscriptionId> {
    let (id, now) = (tx.id::<SubscriptionId>(), tx.now());
    on!(tx, c => sqlx::query(
        "insert into subscription (id, list_id, subscriber_id, state, created_at, version) values ($1, $2, $3, $4, $5, 1)",
    )
    .bind(id.get())
    .bind(list.get())
    .bind(subscriber.get())
    .bind(State::Pending.as_str())
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(id)
}

/// Has a reader who left confirm again. What they were owed before is owed no more.
///
/// # Errors
/// The database's.
pub async fn ask_again(tx: &mut Tx, id: SubscriptionId) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, joined_at = null, version = version + 1 where id = $1",
    )
    .bind(id.get())
    .bind(State::Pending.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The reader joins now. What they chose before they left, how often and which topics, holds again, because they would
/// choose it again; a pause of that time does not, because whoever joins wants mail.
///
/// # Errors
/// The database's.
pub async fn join(tx: &mut Tx, id: SubscriptionId) -> Result<()> {
    pauses::forget(tx, id).await?;
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, joined_at = $3, left_at = null, left_reason = null, version = version + 1
         where id = $1",
    )
    .bind(id.get())
    .bind(State::Confirmed.as_str())
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The reader leaves now, or is taken off.
///
/// # Errors
/// The database's.
pub async fn leave(tx: &mut Tx, id: SubscriptionId, reason: LeaveReason) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, left_at = $3, left_reason = $4, version = version + 1 where id = $1",
    )
    .bind(id.get())
    .bind(State::Unsubscribed.as_str())
    .bind(now.get())
    .bind(reason.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Takes leaving back, as if it had not been: for a reader who had joined.
///
/// # Errors
/// The database's.
pub async fn undo_leaving(tx: &mut Tx, id: SubscriptionId) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, left_at = null, left_reason = null, version = version + 1
         where id = $1 and joined_at is not null",
    )
    .bind(id.get())
    .bind(State::Confirmed.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Sets how often a reader wants the list; as the list has it, for none.
///
/// # Errors
/// The database's.
pub async fn set_cadence(tx: &mut Tx, id: SubscriptionId, cadence: Option<&Cadence>) -> Result<()> {
    on!(tx, c => sqlx::query("update subscription set cadence = $2, version = version + 1 where id = $1")
        .bind(id.get())
        .bind(cadence.map(Cadence::spelling))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Sets what a reader wants to read about; everything, for none.
///
/// # Errors
/// The database's.
pub async fn set_topics(tx: &mut Tx, id: SubscriptionId, topics: Option<&Topics>) -> Result<()> {
    on!(tx, c => sqlx::query("update subscription set topics = $2, version = version + 1 where id = $1")
        .bind(id.get())
        .bind(topics.map(json_text))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Gives up on a reader who never confirmed: one who had left before has left still, one who never joined is forgotten.
///
/// # Errors
/// The database's.
pub async fn give_up(tx: &mut Tx, id: SubscriptionId) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, version = version + 1
         where id = $1 and state = $3 and left_at is not null",
    )
    .bind(id.get())
    .bind(State::Unsubscribed.as_str())
    .bind(State::Pending.as_str())
    .execute(c)
    .await
    .map(drop))?;
    on!(tx, c => sqlx::query(
        "delete from pause
         where subscription_id = $1
           and exists (select 1 from subscription where id = $1 and state = $2 and left_at is null)",
    )
    .bind(id.get())
    .bind(State::Pending.as_str())
    .execute(c)
    .await
    .map(drop))?;
    on!(tx, c => sqlx::query("delete from subscription where id = $1 and state = $2 and left_at is null")
        .bind(id.get())
        .bind(State::Pending.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
