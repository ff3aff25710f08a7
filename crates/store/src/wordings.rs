//! What people agree to when they sign up. A row never changes: other words are another version.

use domain::WordingId;
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// One version of the words beside a form's button, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Names the row.
    pub id: WordingId,
    /// The words.
    pub text: String,
}

/// The wording of that version and language, if it was ever shown.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, version: i64, language: &str) -> Result<Option<Wording>> {
    let row: Option<(Uuid, String)> = on!(tx, c => sqlx::query_as(
        "select id, text from wording where version = $1 and language = $2",
    )
    .bind(version)
    .bind(language)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(id, text)| Wording { id: id.into(), text }))
}

/// Adds a wording that [`find`] did not find.
///
/// # Errors
/// The database's.
pub async fn insert(tx: &mut Tx, version: i64, language: &str, text: &str) -> Result<Wording> {
    let (id, now) = (tx.id::<WordingId>(), tx.now());
    on!(tx, c => sqlx::query("insert into wording (id, version, language, text, created_at) values ($1, $2, $3, $4, $5)")
        .bind(id.get())
        .bind(version)
        .bind(language)
        .bind(text)
        .bind(now.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(Wording {
        id,
        text: text.to_owned(),
    })
}
