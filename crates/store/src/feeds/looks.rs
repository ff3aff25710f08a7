//! Looks at feeds: which are due or asked for, and how the last one went.

use domain::{FeedId, Millis, feed::State};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// What a look at a feed found out about the feed itself.
#[derive(Debug, Clone)]
pub struct Look {
    /// How it went.
    pub state: State,
    /// Why it failed, or what is odd.
    pub reason: Option<String>,
    /// How many looks in a row failed now.
    pub failures: i64,
    /// When the next one is due.
    pub next_poll_at: Millis,
    /// What a document that was read says about its feed; none when nothing was read.
    pub document: Option<Document>,
}

/// What a document says about its feed, and what to ask with next time.
#[derive(Debug, Clone)]
pub struct Document {
    /// The feed's title.
    pub title: Option<String>,
    /// The feed's site.
    pub site_url: Option<String>,
    /// Where the feed says that it now lives.
    pub moved_to: Option<String>,
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
}

/// The feeds that are due for a look, the longest due first.
///
/// # Errors
/// The database's.
pub async fn due(tx: &mut Tx, most: u32) -> Result<Vec<FeedId>> {
    let now = tx.now();
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select f.id from feed f join list l on l.id = f.list_id
         where f.removed_at is null and f.next_poll_at <= $1 and l.archived_at is null
         order by f.next_poll_at limit $2",
    )
    .bind(now.get())
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Puts off the next look, so that a due feed is not found due again while its look waits for a worker.
///
/// # Errors
/// The database's.
pub async fn put_off(tx: &mut Tx, id: FeedId, until: Millis) -> Result<()> {
    on!(tx, c => sqlx::query("update feed set next_poll_at = $2 where id = $1")
        .bind(id.get())
        .bind(until.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Writes down how a look went. What a document does not say stays as it was, but its validators are replaced.
///
/// # Errors
/// The database's.
pub async fn record_look(tx: &mut Tx, id: FeedId, look: &Look) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "update feed
         set state = $2, reason = $3, failures = $4, next_poll_at = $5, polled_at = $6,
             told_at = case when $4 = 0 then null else told_at end
         where id = $1",
    )
    .bind(id.get())
    .bind(look.state.as_str())
    .bind(&look.reason)
    .bind(look.failures)
    .bind(look.next_poll_at.get())
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    let Some(document) = &look.document else {
        return Ok(());
    };
    on!(tx, c => sqlx::query(
        "update feed
         set title = coalesce($2, title), site_url = coalesce($3, site_url), url = coalesce($4, url), etag = $5,
             last_modified = $6, baseline_at = coalesce(baseline_at, $7)
         where id = $1",
    )
    .bind(id.get())
    .bind(&document.title)
    .bind(&document.site_url)
    .bind(&document.moved_to)
    .bind(&document.etag)
    .bind(&document.last_modified)
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Notes that staff were told now that a feed cannot be read; false when they were already.
///
/// # Errors
/// The database's.
pub async fn mark_told(tx: &mut Tx, id: FeedId) -> Result<bool> {
    let now = tx.now();
    let changed = on!(tx, c => sqlx::query("update feed set told_at = $2 where id = $1 and told_at is null")
        .bind(id.get())
        .bind(now.get())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Notes that somebody asked for a look that cannot begin before a moment; false when one is asked for already, which
/// serves both.
///
/// # Errors
/// The database's.
pub async fn ask_for_look(tx: &mut Tx, id: FeedId, at: Millis) -> Result<bool> {
    let changed = on!(tx, c => sqlx::query("update feed set look_at = $2 where id = $1 and look_at is null")
        .bind(id.get())
        .bind(at.get())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Notes that a look is on its way that begins only now: it serves whoever asked before.
///
/// # Errors
/// The database's.
pub async fn forget_asking(tx: &mut Tx, id: FeedId) -> Result<()> {
    on!(tx, c => sqlx::query("update feed set look_at = null where id = $1")
        .bind(id.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The feeds of which somebody asked for a look that may begin by now, and that were last looked at before a moment.
///
/// # Errors
/// The database's.
pub async fn asked(tx: &mut Tx, looked_before: Millis, most: u32) -> Result<Vec<FeedId>> {
    let now = tx.now();
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select f.id from feed f join list l on l.id = f.list_id
         where f.look_at <= $1 and f.removed_at is null and (f.polled_at is null or f.polled_at <= $2)
           and l.archived_at is null
         order by f.look_at limit $3",
    )
    .bind(now.get())
    .bind(looked_before.get())
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(Into::into).collect())
}
