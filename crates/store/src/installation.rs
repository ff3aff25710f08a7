//! What must not change between two starts, as names with values.

use domain::Millis;

use crate::{Result, Tx, dialect::on, error::unreadable};

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

/// The moment under one name.
///
/// # Errors
/// [`crate::Error::Unreadable`] when what stands there is none, and the database's.
pub async fn moment(tx: &mut Tx, name: &str) -> Result<Option<Millis>> {
    let text = get(tx, name).await?;
    let read = |text: String| {
        let moment = text.parse::<i64>().map(Millis::from);
        moment.map_err(|_| unreadable(format!("{name} is {text:?}, which is no moment")))
    };
    text.map(read).transpose()
}

/// Writes the moment under one name, as milliseconds since 1970.
///
/// # Errors
/// The database's.
pub async fn set_moment(tx: &mut Tx, name: &str, at: Millis) -> Result<()> {
    set(tx, name, &at.get().to_string()).await
}

/// Forgets one name.
///
/// # Errors
/// The database's.
pub async fn remove(tx: &mut Tx, name: &str) -> Result<()> {
    on!(tx, c => sqlx::query("delete from installation where name = $1").bind(name).execute(c).await.map(drop))?;
    Ok(())
}
