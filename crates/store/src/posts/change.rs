//! Writing the ledger.

use domain::{FeedId, ListId, Millis, PostId, post::State};

use super::Content;
use crate::{Result, Tx, dialect::on};

/// Adds a post that was not there; none when its feed showed this identity before.
///
/// # Errors
/// The database's.
pub async fn insert(
    tx: &mut Tx,
    (feed, list): (FeedId, ListId),
    content: &Content,
    (state, reason): (State, &str),
) -> Result<Option<PostId>> {
    let (id, now) = (tx.id::<PostId>(), tx.now());
    let ready_at = (state == State::Ready).then(|| now.get());
    let inserted = on!(tx, c => sqlx::query(
        "insert into post (id, feed_id, list_id, identity, link, canonical_link, fingerprint, title, author,
                           published_at, excerpt, content, image_url, state, reason, seen_at, ready_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)
         on conflict (feed_id, identity) do nothing",
    )
    .bind(id.get())
    .bind(feed.get())
    .bind(list.get())
    .bind(&content.identity)
    .bind(&content.link)
    .bind(&content.canonical_link)
    .bind(&content.fingerprint)
    .bind(&content.title)
    .bind(&content.author)
    .bind(content.published_at.map(Millis::get))
    .bind(&content.excerpt)
    .bind(&content.html)
    .bind(&content.image_url)
    .bind(state.as_str())
    .bind(reason)
    .bind(now.get())
    .bind(ready_at)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok((inserted == 1).then_some(id))
}

/// Takes over what a feed now says about a post that was not mailed yet; true when that is something else.
///
/// # Errors
/// The database's.
pub async fn update_unmailed(tx: &mut Tx, feed: FeedId, content: &Content) -> Result<bool> {
    let changed = on!(tx, c => sqlx::query(
        "update post
         set link = $3, canonical_link = $4, fingerprint = $5, title = $6, author = $7, published_at = $8, excerpt = $9,
             content = $10, image_url = $11, version = version + 1
         where feed_id = $1 and identity = $2 and state <> 'mailed'
           and (link is distinct from $3 or title <> $6 or author is distinct from $7
                or published_at is distinct from $8 or excerpt <> $9 or content is distinct from $10
                or image_url is distinct from $11)",
    )
    .bind(feed.get())
    .bind(&content.identity)
    .bind(&content.link)
    .bind(&content.canonical_link)
    .bind(&content.fingerprint)
    .bind(&content.title)
    .bind(&content.author)
    .bind(content.published_at.map(Millis::get))
    .bind(&content.excerpt)
    .bind(&content.html)
    .bind(&content.image_url)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Moves a post that is in one of some states to another; false when it is in none of them. One that becomes ready
/// queues behind those that are.
///
/// # Errors
/// The database's.
pub async fn set_state(tx: &mut Tx, id: PostId, from: &[State], (to, reason): (State, &str)) -> Result<bool> {
    let now = tx.now();
    let from = |index: usize| from.get(index).map(|state| state.as_str());
    let changed = on!(tx, c => sqlx::query(
        "update post
         set state = $2, reason = $3, version = version + 1, ready_at = case when $2 = 'ready' then $4 else ready_at end
         where id = $1 and state in ($5, $6, $7, $8, $9)",
    )
    .bind(id.get())
    .bind(to.as_str())
    .bind(reason)
    .bind(now.get())
    .bind(from(0))
    .bind(from(1))
    .bind(from(2))
    .bind(from(3))
    .bind(from(4))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
