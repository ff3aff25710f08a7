//! Feeds: where a list's posts come from. How looks at them go is in `looks`.

use domain::{FeedId, ListId, Millis, Topics, feed::State};
use uuid::Uuid;

use crate::{
    Result, Tx,
    column::{JsonText, Maybe, json_text},
    dialect::on,
};

mod looks;

pub use looks::{Document, Look, ask_for_look, asked, due, forget_asking, mark_told, put_off, record_look};

/// A feed of a list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Feed {
    /// Names it.
    #[sqlx(try_from = "Uuid")]
    pub id: FeedId,
    /// The list whose posts it brings.
    #[sqlx(rename = "list_id", try_from = "Uuid")]
    pub list: ListId,
    /// Where it is.
    pub url: String,
    /// What it calls itself.
    pub title: Option<String>,
    /// The site that it belongs to.
    pub site_url: Option<String>,
    /// The only categories that the list takes from it; all when there are none.
    #[sqlx(try_from = "JsonText")]
    pub included: Topics,
    /// The categories that the list does not take from it.
    #[sqlx(try_from = "JsonText")]
    pub excluded: Topics,
    /// How the last look went.
    #[sqlx(try_from = "String")]
    pub state: State,
    /// Why it could not be read, or what is odd about it, in words for staff.
    pub reason: Option<String>,
    /// What staff are asked about posts of it that are held.
    pub question: Option<String>,
    /// When staff were told that it cannot be read.
    #[sqlx(try_from = "Maybe<i64>")]
    pub told_at: Option<Millis>,
    /// The `ETag` of the last answer.
    pub etag: Option<String>,
    /// The `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
    /// How many looks in a row failed.
    pub failures: i64,
    /// When it is looked at next.
    #[sqlx(try_from = "i64")]
    pub next_poll_at: Millis,
    /// When it was last looked at.
    #[sqlx(try_from = "Maybe<i64>")]
    pub polled_at: Option<Millis>,
    /// When the first look worked: what it showed then is never mailed by itself.
    #[sqlx(try_from = "Maybe<i64>")]
    pub baseline_at: Option<Millis>,
    /// When it was connected.
    #[sqlx(try_from = "i64")]
    pub created_at: Millis,
    /// When it was taken off its list.
    #[sqlx(try_from = "Maybe<i64>")]
    pub removed_at: Option<Millis>,
    /// Counts the changes.
    pub version: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, list_id, url, title, site_url, included, excluded, state, reason, question, told_at, etag, last_modified, failures, next_poll_at,
                    polled_at, baseline_at, created_at, removed_at, version
             from feed ",
            $rest
        )
    };
}

/// Connects a feed to a list, which takes these categories from it and not those; it is due at once.
///
/// # Errors
/// [`crate::Error::Taken`] when the list has this feed already, [`crate::Error::Dangling`] when there is no such list,
/// and the database's.
pub async fn insert(tx: &mut Tx, list: ListId, url: &str, (included, excluded): (&Topics, &Topics)) -> Result<FeedId> {
    let (id, now) = (tx.id::<FeedId>(), tx.now());
    on!(tx, c => sqlx::query(
        "insert into feed (id, list_id, url, included, excluded, state, failures, next_poll_at, created_at, version)
         values ($1, $2, $3, $4, $5, $6, 0, $7, $7, 1)",
    )
    .bind(id.get())
    .bind(list.get())
    .bind(url)
    .bind(json_text(included))
    .bind(json_text(excluded))
    .bind(State::Ok.as_str())
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(id)
}

/// Sets which categories a list takes from a feed, when that still has this version; false when it has another.
///
/// # Errors
/// The database's.
pub async fn set_categories(
    tx: &mut Tx,
    id: FeedId,
    version: i64,
    (included, excluded): (&Topics, &Topics),
) -> Result<bool> {
    let changed = on!(tx, c => sqlx::query(
        "update feed set included = $3, excluded = $4, version = version + 1
         where id = $1 and version = $2 and removed_at is null",
    )
    .bind(id.get())
    .bind(version)
    .bind(json_text(included))
    .bind(json_text(excluded))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Sets what staff are asked about posts of a feed that are held; nothing once they have answered.
///
/// # Errors
/// The database's.
pub async fn set_question(tx: &mut Tx, id: FeedId, question: Option<&str>) -> Result<()> {
    on!(tx, c => sqlx::query("update feed set question = $2 where id = $1")
        .bind(id.get())
        .bind(question)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The feed of that id, removed or not.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: FeedId) -> Result<Option<Feed>> {
    Ok(on!(tx, c => sqlx::query_as(select!("where id = $1")).bind(id.get()).fetch_optional(c).await)?)
}

/// The feeds of a list, or of all lists, after an id in the order in which they were connected.
///
/// # Errors
/// The database's.
pub async fn page(tx: &mut Tx, list: Option<ListId>, after: Option<FeedId>, most: u32) -> Result<Vec<Feed>> {
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where removed_at is null and id > $1 and ($2 is null or list_id = $2) order by id limit $3"
    ))
    .bind(after.map_or(Uuid::nil(), FeedId::get))
    .bind(list.map(ListId::get))
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?)
}

/// The feed that a list has at that address.
///
/// # Errors
/// The database's.
pub async fn find_on(tx: &mut Tx, list: ListId, url: &str) -> Result<Option<Feed>> {
    Ok(
        on!(tx, c => sqlx::query_as(select!("where list_id = $1 and url = $2 and removed_at is null"))
        .bind(list.get())
        .bind(url)
        .fetch_optional(c)
        .await)?,
    )
}

/// Takes a feed off its list; false when it was off already.
///
/// # Errors
/// The database's.
pub async fn remove(tx: &mut Tx, id: FeedId) -> Result<bool> {
    let now = tx.now();
    let changed = on!(tx, c => sqlx::query(
        "update feed set removed_at = $2, version = version + 1 where id = $1 and removed_at is null",
    )
    .bind(id.get())
    .bind(now.get())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
