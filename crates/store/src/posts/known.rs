//! What a look at a feed needs to know of the ledger: which of the feed's items it has, and in which guise. One statement
//! for all items of a look, and nothing of what the posts say.

use domain::{FeedId, ListId, Millis, PostId, post::State};
use uuid::Uuid;

use crate::{
    Result, Tx,
    column::{Maybe, json_text},
    dialect::{on, sql},
};

/// A post that the ledger has, without what it says.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Known {
    /// Names it.
    #[sqlx(try_from = "Uuid")]
    pub id: PostId,
    /// The feed that showed it; none for a post that staff named by its address.
    #[sqlx(rename = "feed_id", try_from = "Maybe<Uuid>")]
    pub feed: Option<FeedId>,
    /// By which it is known again in its feed.
    pub identity: String,
    /// Its page.
    pub link: Option<String>,
    /// Its page without what does not name it, by which it is known again.
    pub canonical_link: Option<String>,
    /// A hash of its title and date, by which it is known again.
    pub fingerprint: String,
    /// A hash of what the feed says about it, by which a correction is noticed.
    pub revision: String,
    /// Where it stands.
    #[sqlx(try_from = "String")]
    pub state: State,
    /// Why it stands there, in words for staff.
    pub reason: String,
    /// When a feed first showed it.
    #[sqlx(try_from = "i64")]
    pub seen_at: Millis,
    /// When what the feed leaves out was looked for on its page.
    #[sqlx(try_from = "Maybe<i64>")]
    pub page_read_at: Option<Millis>,
}

macro_rules! known {
    ($rest:expr) => {
        concat!(
            "select p.id, p.feed_id, p.identity, p.link, p.canonical_link, p.fingerprint, p.revision, p.state, p.reason, p.seen_at,
                    p.page_read_at
             from post p ",
            $rest
        )
    };
}

macro_rules! by_identity {
    ($values:literal) => {
        known!(concat!(
            "where p.feed_id = $1 and p.identity in (select v.value from ",
            $values,
            ")"
        ))
    };
}

/// The newest of each that is no copy, found by one step in an index that ends in the id, however many there are.
macro_rules! newest_by {
    ($column:literal, $values:literal) => {
        known!(concat!(
            "where p.id in (
                 select (select q.id from post q where q.list_id = $1 and q.",
            $column,
            " = v.value and q.original_id is null
                         order by q.id desc limit 1)
                 from ",
            $values,
            ")"
        ))
    };
}

/// The posts that a feed shows under these identities.
///
/// # Errors
/// The database's.
pub async fn by_identities(tx: &mut Tx, feed: FeedId, identities: &[&str]) -> Result<Vec<Known>> {
    let statement = sql!(tx,
        sqlite: by_identity!("json_each($2) v"),
        postgres: by_identity!("jsonb_array_elements_text($2::jsonb) as v(value)"),
    );
    among(tx, statement, feed.get(), identities).await
}

/// The newest post of a list at each of these canonical addresses.
///
/// # Errors
/// The database's.
pub async fn newest_by_links(tx: &mut Tx, list: ListId, links: &[&str]) -> Result<Vec<Known>> {
    let statement = sql!(tx,
        sqlite: newest_by!("canonical_link", "json_each($2) v"),
        postgres: newest_by!("canonical_link", "jsonb_array_elements_text($2::jsonb) as v(value)"),
    );
    among(tx, statement, list.get(), links).await
}

/// The newest post of a list with each of these titles and dates.
///
/// # Errors
/// The database's.
pub async fn newest_by_fingerprints(tx: &mut Tx, list: ListId, fingerprints: &[&str]) -> Result<Vec<Known>> {
    let statement = sql!(tx,
        sqlite: newest_by!("fingerprint", "json_each($2) v"),
        postgres: newest_by!("fingerprint", "jsonb_array_elements_text($2::jsonb) as v(value)"),
    );
    among(tx, statement, list.get(), fingerprints).await
}

async fn among(tx: &mut Tx, statement: &'static str, of: Uuid, values: &[&str]) -> Result<Vec<Known>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(tx, c => sqlx::query_as(statement).bind(of).bind(json_text(&values)).fetch_all(c).await)?)
}

/// The posts of a feed of which it is not decided yet whether they are mailed.
///
/// # Errors
/// The database's.
pub async fn waiting_of(tx: &mut Tx, feed: FeedId) -> Result<Vec<Known>> {
    Ok(on!(tx, c => sqlx::query_as(known!(
        "where p.feed_id = $1 and p.state in ('settling', 'held', 'ready') order by p.id"
    ))
    .bind(feed.get())
    .fetch_all(c)
    .await)?)
}
