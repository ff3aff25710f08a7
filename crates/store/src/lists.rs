//! Lists. What is written about a list is its [`Settings`]; the rest of the row is kept by the program.

use domain::{Cadence, Label, Language, ListId, ListKey, Millis, SenderId, Zone, rules::Rules};
use url::Url;

use crate::{Result, Tx, column::json_text, dialect::on, senders::Sender};

mod row;

use row::Row;

/// A mailing list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Names it.
    pub id: ListId,
    /// Its short name in addresses of pages, which never changes.
    pub key: ListKey,
    /// What its admins wrote.
    pub settings: Settings,
    /// The row of its sender, which belongs to `settings.sender`.
    pub sender_id: Option<SenderId>,
    /// When it was made.
    pub created_at: Millis,
    /// Since when it takes no sign-ups and is mailed no more.
    pub archived_at: Option<Millis>,
    /// Counts the changes.
    pub version: i64,
}

/// What admins decide about a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What staff call it.
    pub name: Label,
    /// What readers know it as: by default the blog's name.
    pub public_name: Label,
    /// Who its mail comes from.
    pub sender: Option<Sender>,
    /// The postal address below each mail, which most countries' laws ask for.
    pub postal_address: Option<String>,
    /// Where its hours are counted.
    pub zone: Option<Zone>,
    /// The privacy notice that its form links to.
    pub privacy_url: Option<Url>,
    /// The blog that it belongs to.
    pub blog_url: Option<Url>,
    /// The language of its mails and pages.
    pub language: Language,
    /// How often it is mailed to readers who chose nothing else.
    pub cadence: Cadence,
    /// How it makes mailings of posts.
    pub rules: Rules,
}

impl Settings {
    /// How often somebody is mailed who chose this, or nothing.
    #[must_use]
    pub fn cadence_of(&self, chosen: Option<Cadence>) -> Cadence {
        chosen.unwrap_or(self.cadence)
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select l.id, l.key, l.name, l.public_name, l.sender_id, s.from_name, s.from_address, s.reply_to,
                    l.postal_address, l.zone, l.privacy_url, l.blog_url, l.language, l.cadence, l.rules,
                    l.created_at, l.archived_at, l.version
             from list l left join sender s on s.id = l.sender_id ",
            $rest
        )
    };
}

/// The list of that id, archived or not.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: ListId) -> Result<Option<List>> {
    on!(tx, c => sqlx::query_as(select!("where l.id = $1")).bind(id.get()).fetch_optional(c).await)?
        .map(Row::read)
        .transpose()
}

/// The list of that short name, archived or not.
///
/// # Errors
/// The database's.
pub async fn find_by_key(tx: &mut Tx, key: &ListKey) -> Result<Option<List>> {
    on!(tx, c => sqlx::query_as(select!("where l.key = $1")).bind(key.as_str()).fetch_optional(c).await)?
        .map(Row::read)
        .transpose()
}

/// The lists after a short name in the order of short names, without the archived ones; from the first for none.
///
/// # Errors
/// The database's.
pub async fn page(tx: &mut Tx, after: Option<&ListKey>, most: u32) -> Result<Vec<List>> {
    on!(tx, c => sqlx::query_as(select!("where l.key > $1 and l.archived_at is null order by l.key limit $2"))
        .bind(after.map_or("", ListKey::as_str))
        .bind(i64::from(most))
        .fetch_all(c)
        .await)?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// Adds a list.
///
/// # Errors
/// [`crate::Error::Taken`] when another list has this short name, and the database's.
pub async fn insert(tx: &mut Tx, key: &ListKey, settings: &Settings, sender: Option<SenderId>) -> Result<ListId> {
    let (id, now) = (tx.id::<ListId>(), tx.now());
    on!(tx, c => sqlx::query(
        "insert into list (id, key, name, public_name, sender_id, postal_address, zone, privacy_url, blog_url, language,
                           cadence, rules, created_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)",
    )
    .bind(id.get())
    .bind(key.as_str())
    .bind(settings.name.as_str())
    .bind(settings.public_name.as_str())
    .bind(sender.map(SenderId::get))
    .bind(&settings.postal_address)
    .bind(settings.zone.as_ref().map(Zone::as_str))
    .bind(settings.privacy_url.as_ref().map(Url::as_str))
    .bind(settings.blog_url.as_ref().map(Url::as_str))
    .bind(settings.language.as_str())
    .bind(settings.cadence.spelling())
    .bind(json_text(&settings.rules))
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(id)
}

/// Writes the settings of a list that still has this version; false when it has another.
///
/// # Errors
/// The database's.
pub async fn update(
    tx: &mut Tx,
    id: ListId,
    version: i64,
    settings: &Settings,
    sender: Option<SenderId>,
) -> Result<bool> {
    let changed = on!(tx, c => sqlx::query(
        "update list
         set name = $3, public_name = $4, sender_id = $5, postal_address = $6, zone = $7, privacy_url = $8,
             blog_url = $9, language = $10, cadence = $11, rules = $12, version = version + 1
         where id = $1 and version = $2",
    )
    .bind(id.get())
    .bind(version)
    .bind(settings.name.as_str())
    .bind(settings.public_name.as_str())
    .bind(sender.map(SenderId::get))
    .bind(&settings.postal_address)
    .bind(settings.zone.as_ref().map(Zone::as_str))
    .bind(settings.privacy_url.as_ref().map(Url::as_str))
    .bind(settings.blog_url.as_ref().map(Url::as_str))
    .bind(settings.language.as_str())
    .bind(settings.cadence.spelling())
    .bind(json_text(&settings.rules))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Archives a list; false when it was archived before.
///
/// # Errors
/// The database's.
pub async fn archive(tx: &mut Tx, id: ListId) -> Result<bool> {
    let now = tx.now();
    let changed = on!(tx, c => sqlx::query(
        "update list set archived_at = $2, version = version + 1
         where id = $1 and archived_at is null",
    )
    .bind(id.get())
    .bind(now.get())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
