//! Writing the ledger.

use domain::{
    FeedId, ListId, Millis, PostId,
    post::{Fate, Readiness, State},
};

use super::{Content, Post, find, waiting_of};
use crate::{Result, Tx, column::json_text, dialect::on, paces};

/// Adds a post that was not there, of a feed or named by its address; none when it is there already.
///
/// # Errors
/// The database's.
pub async fn insert(
    tx: &mut Tx,
    home: (Option<FeedId>, ListId),
    content: &Content,
    fate: &Fate,
) -> Result<Option<PostId>> {
    add(tx, home, content, fate, None).await
}

/// Adds a post of a feed that the list has from elsewhere: by its page or title it is the other one that is found.
///
/// # Errors
/// The database's.
pub async fn insert_copy(
    tx: &mut Tx,
    (feed, list): (FeedId, ListId),
    content: &Content,
    fate: &Fate,
    original: PostId,
) -> Result<Option<PostId>> {
    add(tx, (Some(feed), list), content, fate, Some(original)).await
}

/// Makes a post that is there a copy of another: by its page or title it is the other one that is found.
///
/// # Errors
/// The database's.
pub async fn make_copy(tx: &mut Tx, id: PostId, original: PostId, reason: &str) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update post set original_id = $2, reason = $3, version = version + 1 where id = $1",
    )
    .bind(id.get())
    .bind(original.get())
    .bind(reason)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

async fn add(
    tx: &mut Tx,
    (feed, list): (Option<FeedId>, ListId),
    content: &Content,
    fate: &Fate,
    original: Option<PostId>,
) -> Result<Option<PostId>> {
    let (id, now) = (tx.id::<PostId>(), tx.now());
    let ready_at = ready_at(tx, list, fate.state.readiness(None)).await?;
    let inserted = on!(tx, c => sqlx::query(
        "insert into post (id, feed_id, list_id, identity, link, canonical_link, fingerprint, title, author,
                           published_at, excerpt, content, image_url, image_alt, minutes, categories, revision, state,
                           reason, seen_at, settles_at, ready_at, original_id, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                 1)
         on conflict do nothing",
    )
    .bind(id.get())
    .bind(feed.map(FeedId::get))
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
    .bind(&content.image_alt)
    .bind(content.minutes)
    .bind(json_text(&content.categories))
    .bind(&content.revision)
    .bind(fate.state.as_str())
    .bind(&fate.reason)
    .bind(now.get())
    .bind(fate.settles_at.map(Millis::get))
    .bind(ready_at.map(Millis::get))
    .bind(original.map(PostId::get))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok((inserted == 1).then_some(id))
}

/// The moment at which a post of a list is said to have become ready.
async fn ready_at(tx: &mut Tx, list: ListId, readiness: Readiness) -> Result<Option<Millis>> {
    match readiness {
        Readiness::Never => Ok(None),
        Readiness::Before(at) => Ok(Some(at)),
        Readiness::Now => {
            let paces = paces::of_list(tx, list).await?;
            let mailed_until = paces.iter().map(|pace| pace.progress().mailed_until);
            Ok(Some(domain::pace::ready_at(tx.now(), mailed_until)))
        }
    }
}

/// Takes over what a feed now says about a post; what it leaves out stays as the post's page had it. A page that was read
/// is read, unless the post has another one now.
///
/// # Errors
/// The database's.
pub async fn correct(tx: &mut Tx, id: PostId, content: &Content) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update post
         set link = $2, canonical_link = $3, fingerprint = $4, title = $5, author = coalesce($6, author),
             published_at = $7, excerpt = case when $8 = '' then excerpt else $8 end, content = $9,
             image_alt = case when $10 is null then image_alt else $11 end, image_url = coalesce($10, image_url),
             minutes = coalesce($12, minutes), categories = $13, revision = $14,
             page_read_at = case when link = $2 then page_read_at end, version = version + 1
         where id = $1",
    )
    .bind(id.get())
    .bind(&content.link)
    .bind(&content.canonical_link)
    .bind(&content.fingerprint)
    .bind(&content.title)
    .bind(&content.author)
    .bind(content.published_at.map(Millis::get))
    .bind(&content.excerpt)
    .bind(&content.html)
    .bind(&content.image_url)
    .bind(&content.image_alt)
    .bind(content.minutes)
    .bind(json_text(&content.categories))
    .bind(&content.revision)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// What a post's page says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// Who wrote it.
    pub author: Option<String>,
    /// A few sentences.
    pub excerpt: Option<String>,
    /// Its picture, and what that shows in words.
    pub image: Option<(String, Option<String>)>,
    /// How many minutes it takes to read.
    pub minutes: Option<i64>,
}

/// Adds what the feed leaves out, as its page says it; what the feed says stays.
///
/// # Errors
/// The database's.
pub async fn complete(tx: &mut Tx, id: PostId, page: &Completion) -> Result<()> {
    let now = tx.now();
    let (image, alt) = page.image.clone().unzip();
    on!(tx, c => sqlx::query(
        "update post
         set author = coalesce(author, $2), excerpt = case when excerpt = '' then coalesce($3, '') else excerpt end,
             image_alt = case when image_url is null then $5 else image_alt end, image_url = coalesce(image_url, $4),
             minutes = coalesce(minutes, $6), page_read_at = $7, version = version + 1
         where id = $1",
    )
    .bind(id.get())
    .bind(&page.author)
    .bind(&page.excerpt)
    .bind(image)
    .bind(alt.flatten())
    .bind(page.minutes)
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Moves a post that is in one of some states to its fate; false when it is in none of them. One that becomes ready
/// queues behind those that are; one that is mailed counts as ready from then on, for readers whose turn comes later.
///
/// # Errors
/// The database's.
pub async fn move_to(tx: &mut Tx, id: PostId, from: &[State], fate: &Fate) -> Result<bool> {
    let Some(post) = find(tx, id).await?.filter(|post| from.contains(&post.state)) else {
        return Ok(false);
    };
    let ready_at = ready_at(tx, post.list, fate.state.readiness(post.ready_at)).await?;
    on!(tx, c => sqlx::query(
        "update post set state = $2, reason = $3, settles_at = $4, ready_at = $5, version = version + 1 where id = $1",
    )
    .bind(id.get())
    .bind(fate.state.as_str())
    .bind(&fate.reason)
    .bind(fate.settles_at.map(Millis::get))
    .bind(ready_at.map(Millis::get))
    .execute(c)
    .await
    .map(drop))?;
    Ok(true)
}

/// Makes a post ready that has settled by now; gives it when it has.
///
/// # Errors
/// The database's.
pub async fn settle(tx: &mut Tx, id: PostId) -> Result<Option<Post>> {
    let now = tx.now();
    let due = find(tx, id)
        .await?
        .filter(|post| post.state == State::Settling && post.settles_at.is_some_and(|settles_at| settles_at <= now));
    if due.is_some() {
        move_to(tx, id, &[State::Settling], &Fate::settled()).await?;
    }
    Ok(due)
}

/// Moves all posts of a feed that are held to their fate. Says how many there were.
///
/// # Errors
/// The database's.
pub async fn decide_held(tx: &mut Tx, feed: FeedId, fate: &Fate) -> Result<usize> {
    let waiting = waiting_of(tx, feed).await?;
    let held: Vec<_> = waiting.iter().filter(|post| post.state == State::Held).collect();
    for post in &held {
        move_to(tx, post.id, &[State::Held], fate).await?;
    }
    Ok(held.len())
}
