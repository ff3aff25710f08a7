//! Pauses: times in which a reader gets nothing of a list.

use domain::{Millis, SubscriptionId, owed::Pause};

use crate::{Result, Tx, dialect::on};

/// The pauses of a subscription, past, present and to come, in order.
///
/// # Errors
/// The database's.
pub async fn of_subscription(tx: &mut Tx, subscription: SubscriptionId) -> Result<Vec<Pause>> {
    let rows: Vec<(i64, i64)> = on!(tx, c => sqlx::query_as(
        "select from_at, until_at from pause where subscription_id = $1 order by from_at",
    )
    .bind(subscription.get())
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(read).collect())
}

pub(crate) fn read((from, until): (i64, i64)) -> Pause {
    Pause {
        from: from.into(),
        until: until.into(),
    }
}

/// Pauses a subscription from now on until a moment; a pause that it is in ends then too.
///
/// # Errors
/// The database's.
pub async fn begin(tx: &mut Tx, subscription: SubscriptionId, until: Millis) -> Result<()> {
    end(tx, subscription).await?;
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "insert into pause (subscription_id, from_at, until_at) values ($1, $2, $3)
         on conflict (subscription_id, from_at) do update set until_at = excluded.until_at",
    )
    .bind(subscription.get())
    .bind(now.get())
    .bind(until.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Ends the pause that a subscription is in now, if it is in one.
///
/// # Errors
/// The database's.
pub async fn end(tx: &mut Tx, subscription: SubscriptionId) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query("update pause set until_at = $2 where subscription_id = $1 and until_at > $2")
        .bind(subscription.get())
        .bind(now.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets all pauses of a subscription.
///
/// # Errors
/// The database's.
pub async fn forget(tx: &mut Tx, subscription: SubscriptionId) -> Result<()> {
    on!(tx, c => sqlx::query("delete from pause where subscription_id = $1")
        .bind(subscription.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
