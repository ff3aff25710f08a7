//! Editions: the rendered content of mailings, from which every process compiles the same mail.

use domain::MailingId;

use crate::{Result, Tx, dialect::on};

/// Keeps the rendered content of a mailing.
///
/// # Errors
/// [`crate::Error::Taken`] when the mailing has this edition already, and the database's.
pub async fn insert(tx: &mut Tx, mailing: MailingId, number: i64, content: &str) -> Result<()> {
    on!(tx, c => sqlx::query("insert into edition (mailing_id, number, content) values ($1, $2, $3)")
        .bind(mailing.get())
        .bind(number)
        .bind(content)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The rendered content of a mailing.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, mailing: MailingId, number: i64) -> Result<Option<String>> {
    Ok(
        on!(tx, c => sqlx::query_scalar("select content from edition where mailing_id = $1 and number = $2")
        .bind(mailing.get())
        .bind(number)
        .fetch_optional(c)
        .await)?,
    )
}
