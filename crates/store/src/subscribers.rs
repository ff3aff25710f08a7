//! People: one row for each address.

use domain::{CANONICAL_VERSION, EmailAddress, Millis, SubscriberId};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Result, Tx,
    column::{JsonText, json_text},
    dialect::on,
    error::unreadable,
};

mod search;

pub use search::{on_list, with_prefix};

/// One person behind one address.
#[derive(Debug, Clone)]
pub struct Subscriber {
    /// Names them.
    pub id: SubscriberId,
    /// The address; none once they were erased.
    pub address: Option<EmailAddress>,
    /// What they are called, if they said so.
    pub name: Option<String>,
    /// The language that they signed up in.
    pub language: Option<String>,
    /// What is known of them besides.
    pub attributes: Map<String, Value>,
    /// Where the row came from, such as `form`.
    pub source: String,
    /// When.
    pub created_at: Millis,
    /// When everything about them was erased.
    pub erased_at: Option<Millis>,
    /// Counts the changes.
    pub version: i64,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    #[sqlx(try_from = "Uuid")]
    id: SubscriberId,
    address: Option<String>,
    name: Option<String>,
    language: Option<String>,
    #[sqlx(try_from = "JsonText")]
    attributes: Map<String, Value>,
    source: String,
    #[sqlx(try_from = "i64")]
    created_at: Millis,
    erased_at: Option<i64>,
    version: i64,
}

impl Row {
    fn read(self) -> Result<Subscriber> {
        Ok(Subscriber {
            id: self.id,
            address: self
                .address
                .map(TryInto::try_into)
                .transpose()
                .map_err(unreadable::<domain::AddressError>)?,
            name: self.name,
            language: self.language,
            attributes: self.attributes,
            source: self.source,
            created_at: self.created_at,
            erased_at: self.erased_at.map(Into::into),
            version: self.version,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, address, name, language, attributes, source, created_at, erased_at, version from subscriber ",
            $rest
        )
    };
}

/// The subscriber of that id, erased or not.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: SubscriberId) -> Result<Option<Subscriber>> {
    on!(tx, c => sqlx::query_as(select!("where id = $1")).bind(id.get()).fetch_optional(c).await)?
        .map(Row::read)
        .transpose()
}

/// Whoever is behind an address.
///
/// # Errors
/// The database's.
pub async fn find_by_address(tx: &mut Tx, address: &EmailAddress) -> Result<Option<Subscriber>> {
    on!(tx, c => sqlx::query_as(select!("where address = $1")).bind(address.as_str()).fetch_optional(c).await)?
        .map(Row::read)
        .transpose()
}

/// Adds whoever is behind an address, which comes with the keyed hash that suppressions are found by.
///
/// # Errors
/// [`crate::Error::Taken`] when the address has a row, and the database's.
pub async fn insert(
    tx: &mut Tx,
    address: &EmailAddress,
    hash: &[u8; 32],
    language: &str,
    source: &str,
) -> Result<SubscriberId> {
    let (id, now) = (tx.id::<SubscriberId>(), tx.now());
    on!(tx, c => sqlx::query(
        "insert into subscriber (id, address, address_hash, address_version, language, attributes, source, created_at,
                                 version)
         values ($1, $2, $3, $4, $5, '{}', $6, $7, 1)",
    )
    .bind(id.get())
    .bind(address.as_str())
    .bind(hash.as_slice())
    .bind(CANONICAL_VERSION)
    .bind(language)
    .bind(source)
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(id)
}

/// Changes what somebody is called.
///
/// # Errors
/// The database's.
pub async fn rename(tx: &mut Tx, id: SubscriberId, name: Option<&str>) -> Result<()> {
    on!(tx, c => sqlx::query("update subscriber set name = $2, version = version + 1 where id = $1")
        .bind(id.get())
        .bind(name)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Writes what is known of somebody who still has this version; false when they have another.
///
/// # Errors
/// The database's.
pub async fn update(
    tx: &mut Tx,
    id: SubscriberId,
    version: i64,
    name: Option<&str>,
    attributes: &Map<String, Value>,
) -> Result<bool> {
    let changed = on!(tx, c => sqlx::query(
        "update subscriber set name = $3, attributes = $4, version = version + 1
         where id = $1 and version = $2 and erased_at is null",
    )
    .bind(id.get())
    .bind(version)
    .bind(name)
    .bind(json_text(attributes))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Empties a subscriber's row and keeps it, so that what counts people stays right.
///
/// # Errors
/// The database's.
pub async fn erase(tx: &mut Tx, id: SubscriberId) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "update subscriber
         set address = null, address_hash = null, name = null, language = null, attributes = '{}', erased_at = $2,
             version = version + 1
         where id = $1 and erased_at is null",
    )
    .bind(id.get())
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Deletes a subscriber that nothing refers to any more and that came from a form.
///
/// # Errors
/// The database's.
pub async fn delete_if_unused(tx: &mut Tx, id: SubscriberId) -> Result<()> {
    on!(tx, c => sqlx::query(
        "delete from subscriber
         where id = $1 and source = 'form'
           and not exists (select 1 from subscription where subscriber_id = $1)
           and not exists (select 1 from message where subscriber_id = $1)
           and not exists (select 1 from access_link where subscriber_id = $1)",
    )
    .bind(id.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
