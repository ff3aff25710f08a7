//! The ledger: every item that a feed ever showed, with its state and the reason for it.

use domain::{FeedId, ListId, Millis, PostId, Topics, post::State};
use uuid::Uuid;

use crate::{
    Result, Tx,
    column::{JsonText, Maybe},
    dialect::on,
};

mod change;
mod known;
mod pool;

pub use change::{Completion, complete, correct, decide_held, insert, insert_copy, make_copy, move_to, settle};
pub use known::{Known, by_identities, newest_by_fingerprints, newest_by_links, waiting_of};
pub use pool::{PoolPost, note_passed_over, pool, ready_between, waiting_between};

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Post {
    /// Names it.
    #[sqlx(try_from = "Uuid")]
    pub id: PostId,
    /// The feed that showed it; none for a post that staff named by its address.
    #[sqlx(rename = "feed_id", try_from = "Maybe<Uuid>")]
    pub feed: Option<FeedId>,
    /// The list that it belongs to.
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
    /// Until when it may still be corrected, or waits for its date.
    #[sqlx(try_from = "Maybe<i64>")]
    pub settles_at: Option<Millis>,
    /// When it became ready: readers who joined before are owed it.
    #[sqlx(try_from = "Maybe<i64>")]
    pub ready_at: Option<Millis>,
    /// When what the feed leaves out was looked for on its page.
    #[sqlx(try_from = "Maybe<i64>")]
    pub page_read_at: Option<Millis>,
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
    /// Its picture.
    pub image_url: Option<String>,
    /// What the picture shows, in words.
    pub image_alt: Option<String>,
    /// How many minutes it takes to read.
    pub minutes: Option<i64>,
    /// What it is about, as the feed writes it.
    #[sqlx(try_from = "JsonText")]
    pub categories: Vec<String>,
    /// A hash of what the feed says about it, by which a correction is noticed.
    pub revision: String,
}

impl Content {
    /// What it is about.
    #[must_use]
    pub fn topics(&self) -> Topics {
        self.categories.iter().collect()
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select p.id, p.feed_id, p.list_id, p.identity, p.link, p.canonical_link, p.fingerprint, p.title, p.author,
                    p.published_at, p.excerpt, p.content, p.image_url, p.image_alt, p.minutes, p.categories, p.revision,
                    p.state, p.reason, p.seen_at, p.settles_at, p.ready_at, p.page_read_at, p.version
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

/// The post that another is a copy of, if it is one.
///
/// # Errors
/// The database's.
pub async fn original_of(tx: &mut Tx, id: PostId) -> Result<Option<Post>> {
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where p.id = (select q.original_id from post q where q.id = $1)"
    ))
    .bind(id.get())
    .fetch_optional(c)
    .await)?)
}

/// The newest post of a list at that canonical address; none that is a copy of what the list has from elsewhere.
///
/// # Errors
/// The database's.
pub async fn find_by_link(tx: &mut Tx, list: ListId, canonical_link: &str) -> Result<Option<Post>> {
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where p.list_id = $1 and p.canonical_link = $2 and p.original_id is null order by p.id desc limit 1"
    ))
    .bind(list.get())
    .bind(canonical_link)
    .fetch_optional(c)
    .await)?)
}

/// The newest post that a list's readers may be shown: one that is ready or was mailed, or that was there before.
///
/// # Errors
/// The database's.
pub async fn newest(tx: &mut Tx, list: ListId) -> Result<Option<Post>> {
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where p.list_id = $1 and p.state in ('ready', 'mailed', 'baseline')
         order by coalesce(p.published_at, p.seen_at) desc, p.id desc limit 1"
    ))
    .bind(list.get())
    .fetch_optional(c)
    .await)?)
}

/// The posts of a feed that are held, the newest first.
///
/// # Errors
/// The database's.
pub async fn held_of(tx: &mut Tx, feed: FeedId) -> Result<Vec<Post>> {
    // The longer condition is that of the index.
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where p.feed_id = $1 and p.state in ('settling', 'held', 'ready') and p.state = 'held'
         order by coalesce(p.published_at, 0) desc, p.id desc"
    ))
    .bind(feed.get())
    .fetch_all(c)
    .await)?)
}

/// How many posts of a feed are held.
///
/// # Errors
/// The database's.
pub async fn count_held(tx: &mut Tx, feed: FeedId) -> Result<i64> {
    // The longer condition is that of the index.
    Ok(on!(tx, c => sqlx::query_scalar(
        "select count(*) from post
         where feed_id = $1 and state in ('settling', 'held', 'ready') and state = 'held'",
    )
    .bind(feed.get())
    .fetch_one(c)
    .await)?)
}

/// The posts that have settled, the first first.
///
/// # Errors
/// The database's.
pub async fn settled(tx: &mut Tx, most: u32) -> Result<Vec<PostId>> {
    let now = tx.now();
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select id from post where settles_at <= $1 order by settles_at, coalesce(published_at, 0), id limit $2",
    )
    .bind(now.get())
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(Into::into).collect())
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
    let before = before.map_or(Uuid::max(), PostId::get);
    // Each has an index that has its posts in order, which one statement for both would not use.
    let Some(state) = state else {
        return Ok(on!(tx, c => sqlx::query_as(select!(
            "where p.list_id = $1 and p.id < $2 order by p.id desc limit $3"
        ))
        .bind(list.get())
        .bind(before)
        .bind(i64::from(most))
        .fetch_all(c)
        .await)?);
    };
    Ok(on!(tx, c => sqlx::query_as(select!(
        "where p.list_id = $1 and p.state = $2 and p.id < $3 order by p.id desc limit $4"
    ))
    .bind(list.get())
    .bind(state.as_str())
    .bind(before)
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?)
}
