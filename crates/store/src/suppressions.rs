//! Addresses that must not be mailed. They are found by a keyed hash, which outlives the address.

use domain::{
    EmailAddress, Millis, SuppressionId,
    suppression::{Note, Reason},
};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// A suppression in force.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Suppression {
    /// Names it.
    #[sqlx(try_from = "Uuid")]
    pub id: SuppressionId,
    /// Why.
    #[sqlx(try_from = "String")]
    pub reason: Reason,
    /// What the admin wrote beside it.
    pub note: Option<String>,
    /// Since when.
    #[sqlx(try_from = "i64")]
    pub created_at: Millis,
}

/// What is in force for an address, by its hash.
///
/// # Errors
/// The database's.
pub async fn in_force(tx: &mut Tx, hash: &[u8; 32]) -> Result<Vec<Suppression>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select id, reason, detail as note, created_at from suppression
         where address_hash = $1 and lifted_at is null order by reason",
    )
    .bind(hash.as_slice())
    .fetch_all(c)
    .await)?)
}

/// Suppresses an address; one that is suppressed for the same reason stays so since it was. Gives the id of a new one.
///
/// # Errors
/// The database's.
pub async fn add(
    tx: &mut Tx,
    address: &EmailAddress,
    hash: &[u8; 32],
    reason: Reason,
    note: Option<&Note>,
) -> Result<Option<SuppressionId>> {
    let (id, now) = (tx.id::<SuppressionId>(), tx.now());
    let inserted = on!(tx, c => sqlx::query(
        "insert into suppression (id, address, address_hash, reason, detail, created_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
    )
    .bind(id.get())
    .bind(address.as_str())
    .bind(hash.as_slice())
    .bind(reason.as_str())
    .bind(note.map(Note::as_str))
    .bind(now.get())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok((inserted == 1).then_some(id))
}

/// Lifts what is in force for one reason; tells whether there was anything.
///
/// # Errors
/// The database's.
pub async fn lift(tx: &mut Tx, hash: &[u8; 32], reason: Reason) -> Result<bool> {
    let now = tx.now();
    let lifted = on!(tx, c => sqlx::query(
        "update suppression set lifted_at = $3 where address_hash = $1 and reason = $2 and lifted_at is null",
    )
    .bind(hash.as_slice())
    .bind(reason.as_str())
    .bind(now.get())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(lifted > 0)
}

/// Takes an erased address out of its suppressions. Their hash stays in force.
///
/// # Errors
/// The database's.
pub async fn erase(tx: &mut Tx, hash: &[u8; 32]) -> Result<()> {
    on!(tx, c => sqlx::query("update suppression set address = null, detail = null where address_hash = $1")
        .bind(hash.as_slice())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
