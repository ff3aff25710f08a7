//! The ledger: every item that a feed ever showed, with its state and the reason for it.

use domain::{FeedId, ListId, Millis, PostId, post::State};
use uuid::Uuid;

use crate::{Result, Tx, column::Maybe, dialect::on};

mod change;

pub use change::{insert, set_state, update_unmailed};

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Post {
    /// Names it.
    #[sqlx(try_from = "Uuid")]
    pub id: PostId,
    /// The feed that showed it.
    #[sqlx(rename = "feed_id", try_from = "Uuid")]
    pub feed: FeedId,
    /// The list that the feed belongs to.
    #[sqlx(rename = "list_id", try_from = "Uuid")]
    pub list: ListId,
    /// What the post is.
    #[sqlx(flatten)]
    pub content: Content,
    /// Where it stands.
    #[sqlx(try_from = "String")]
    pub state: State,
    /// Why it stands there, in words for staff.
    pub reason: String,
    /// When a feed first showed it.
    #[sqlx(try_from = "i64")]
    pub seen_at: Millis,
    /// When it became ready for the list's next mailing.
    #[sqlx(try_from = "Maybe<i64>")]
    pub ready_at: Option<Millis>,
    /// Counts the changes.
    pub version: i64,
}

/// What a feed says about a post.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Content {
    /// By which it is known again in its feed.
    pub identity: String,
    /// Its page.
    pub link: Option<String>,
    /// Its page without what does not name it, by which it is known again.
    pub canonical_link: Option<String>,
    /// A hash of its title and date, by which it is known again.
    pub fingerprint: String,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it says that it was published.
    #[sqlx(try_from = "Maybe<i64>")]
    pub published_at: Option<Millis>,
    /// A few sentences, as text.
    pub excerpt: String,
    /// All of it, cleaned, as HTML.
    #[sqlx(rename = "content")]
    pub html: Option<String>,
    /// Its first picture.
    pub image_url: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select p.id, p.feed_id, p.list_id, p.identity, p.link, p.canonical_link, p.fingerprint, p.title, p.author,
                    p.published_at, p.excerpt, p.content, p.image_url, p.state, p.reason, p.seen_at, p.ready_at, p.version
             from post p ",
            $rest
        )
    };
}
pub(crate) use select;

/// The post of that id.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: PostId) -> Result<Option<Post>> {
    Ok(on!(tx, c => sqlx::query_as(select!("where p.id = $1")).bind(id.get()).fetch_optional(c).await)?)
}

/// The newest post of a list at that canonical address.
///
/// # Errors
/// The database's.
pub async fn find_by_link(tx: &mut Tx, list: ListId, canonical_link: &str) -> Result<Option<Post>> {
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where p.list_id = $1 and p.canonical_link = $2 order by p.id desc limit 1"
    ))
    .bind(list.get())
    .bind(canonical_link)
    .fetch_optional(c)
    .await)?)
}

/// The newest post of a list with that title and date.
///
/// # Errors
/// The database's.
pub async fn find_by_fingerprint(tx: &mut Tx, list: ListId, fingerprint: &str) -> Result<Option<Post>> {
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where p.list_id = $1 and p.fingerprint = $2 order by p.id desc limit 1"
    ))
    .bind(list.get())
    .bind(fingerprint)
    .fetch_optional(c)
    .await)?)
}

/// The post that a feed shows under that identity.
///
/// # Errors
/// The database's.
pub async fn find_by_identity(tx: &mut Tx, feed: FeedId, identity: &str) -> Result<Option<Post>> {
    Ok(
        on!(tx, c => sqlx::query_as(select!("where p.feed_id = $1 and p.identity = $2"))
        .bind(feed.get())
        .bind(identity)
        .fetch_optional(c)
        .await)?,
    )
}

/// The posts of a list that wait for its next mailing, in the order in which they became ready.
///
/// # Errors
/// The database's.
pub async fn ready(tx: &mut Tx, list: ListId) -> Result<Vec<Post>> {
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where p.list_id = $1 and p.state = $2 order by p.ready_at, coalesce(p.published_at, 0), p.id"
    ))
    .bind(list.get())
    .bind(State::Ready.as_str())
    .fetch_all(c)
    .await)?)
}

/// The posts of a list, the newest first, before an id; in one state only, where one is given.
///
/// # Errors
/// The database's.
pub async fn page(
    tx: &mut Tx,
    list: ListId,
    state: Option<State>,
    before: Option<PostId>,
    most: u32,
) -> Result<Vec<Post>> {
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where p.list_id = $1 and ($2 is null or p.state = $2) and p.id < $3 order by p.id desc limit $4"
    ))
    .bind(list.get())
    .bind(state.map(State::as_str))
    .bind(before.map_or(Uuid::max(), PostId::get))
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?)
}
