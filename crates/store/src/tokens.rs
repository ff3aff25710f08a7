//! Tokens of the API, known by their hashes.

use domain::{ApiToken, ApiTokenId, Millis, Role};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// What is known about a token, which is everything but the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInfo {
    /// Names it.
    pub id: ApiTokenId,
    /// What its owner calls it.
    pub name: String,
    /// What its holder may do.
    pub role: Role,
    /// When it was made.
    pub created_at: Millis,
    /// When it was last seen, to a few minutes.
    pub used_at: Option<Millis>,
    /// Since when it opens nothing.
    pub revoked_at: Option<Millis>,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    #[sqlx(try_from = "Uuid")]
    id: ApiTokenId,
    name: String,
    #[sqlx(try_from = "String")]
    role: Role,
    #[sqlx(try_from = "i64")]
    created_at: Millis,
    used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl From<Row> for TokenInfo {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            role: row.role,
            created_at: row.created_at,
            used_at: row.used_at.map(Into::into),
            revoked_at: row.revoked_at.map(Into::into),
        }
    }
}

/// Adds a token.
///
/// # Errors
/// The database's.
pub async fn insert(tx: &mut Tx, name: &str, role: Role, token: &ApiToken) -> Result<ApiTokenId> {
    let (id, now) = (tx.id::<ApiTokenId>(), tx.now());
    on!(tx, c => sqlx::query("insert into api_token (id, name, role, hash, created_at) values ($1, $2, $3, $4, $5)")
        .bind(id.get())
        .bind(name)
        .bind(role.as_str())
        .bind(&token.hash()[..])
        .bind(now.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(id)
}

/// What is known about this token, revoked or not.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, token: &ApiToken) -> Result<Option<TokenInfo>> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(
        "select id, name, role, created_at, used_at, revoked_at from api_token where hash = $1",
    )
    .bind(&token.hash()[..])
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Into::into))
}

/// The tokens after an id in the order of their making; from the first for none.
///
/// # Errors
/// The database's.
pub async fn page(tx: &mut Tx, after: Option<ApiTokenId>, most: u32) -> Result<Vec<TokenInfo>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
        "select id, name, role, created_at, used_at, revoked_at from api_token where id > $1 order by id limit $2",
    )
    .bind(after.map_or(Uuid::nil(), ApiTokenId::get))
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Remembers that a token was seen.
///
/// # Errors
/// The database's.
pub async fn touch(tx: &mut Tx, id: ApiTokenId) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query("update api_token set used_at = $2 where id = $1")
        .bind(id.get())
        .bind(now.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Ends a token; false when there is none of that id that still opens something.
///
/// # Errors
/// The database's.
pub async fn revoke(tx: &mut Tx, id: ApiTokenId) -> Result<bool> {
    let now = tx.now();
    let changed = on!(tx, c => sqlx::query("update api_token set revoked_at = $2 where id = $1 and revoked_at is null")
        .bind(id.get())
        .bind(now.get())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
