//! What must not change between two starts, as names with values.

use crate::{Result, Tx, dialect::on};

/// All names with their values, in order of the names.
///
/// # Errors
/// The database's.
pub async fn all(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    Ok(on!(tx, c => sqlx::query_as("select name, value from installation order by name").fetch_all(c).await)?)
}

/// The value of one name.
///
/// # Errors
/// The database's.
pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    Ok(
        on!(tx, c => sqlx::query_scalar("select value from installation where name = $1")
        .bind(name)
        .fetch_optional(c)
        .await)?,
    )
}

/// Writes the value of one name.
///
/// # Errors
/// The database's.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets one name.
///
/// # Errors
/// The database's.
pub async fn remove(tx: &mut Tx, name: &str) -> Result<()> {
    on!(tx, c => sqlx::query("delete from installation where name = $1").bind(name).execute(c).await.map(drop))?;
    Ok(())
}
