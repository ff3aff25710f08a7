//! What staff see of posts, and decide about those that wait for them.

use domain::{ListId, PostId, post::State};
use serde_json::json;
use store::{
    Tx,
    events::{self, Event, Origin},
    posts::{self, Post},
};
use url::Url;

use super::ledger::plan;
use crate::Service;

/// Why nothing was done about a post.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// There is no such post.
    #[error("there is no such post")]
    Unknown,
    /// It waits for nobody.
    #[error("this post is {0}: there is nothing to decide")]
    Decided(State),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Lets a post that was held go into its list's next mailing.
///
/// # Errors
/// When there is no such post, or it is not held.
pub async fn release(service: &Service, origin: &Origin, id: PostId) -> Result<Post, PostError> {
    let (to, reason) = (
        State::Ready,
        format!("released by {}; waits for the next mailing", origin.actor),
    );
    decide(service, origin, id, ("post.release", &[State::Held]), (to, &reason)).await
}

/// Keeps a post that was held, or that waits, out of all mailings; it can still be announced by itself.
///
/// # Errors
/// When there is no such post, or it waits for nothing.
pub async fn skip(service: &Service, origin: &Origin, id: PostId) -> Result<Post, PostError> {
    let (to, reason) = (State::Skipped, format!("skipped by {}", origin.actor));
    decide(
        service,
        origin,
        id,
        ("post.skip", &[State::Held, State::Ready]),
        (to, &reason),
    )
    .await
}

async fn decide(
    service: &Service,
    origin: &Origin,
    id: PostId,
    (action, from): (&'static str, &'static [State]),
    (to, reason): (State, &str),
) -> Result<Post, PostError> {
    service
        .db
        .write(|mut tx| async move {
            let post = load(&mut tx, id).await?;
            if !posts::set_state(&mut tx, id, from, (to, reason)).await? {
                return Err(PostError::Decided(post.state));
            }
            if to == State::Ready {
                plan(&mut tx, post.list).await?;
            }
            let event = Event {
                action,
                subject: ("post", id.get()),
                list: Some(post.list),
                subscriber: None,
                detail: json!({ "was": post.state }),
            };
            events::record(&mut tx, origin, event).await?;
            load(&mut tx, id).await
        })
        .await
}

async fn load(tx: &mut Tx, id: PostId) -> Result<Post, PostError> {
    posts::find(tx, id).await?.ok_or(PostError::Unknown)
}

/// The post of that id.
///
/// # Errors
/// When there is no such post.
pub async fn post_by_id(service: &Service, id: PostId) -> Result<Post, PostError> {
    service.db.read(|mut tx| async move { load(&mut tx, id).await }).await
}

/// The newest post of a list whose page is at that address, in whatever form it was copied.
///
/// # Errors
/// When there is no such post.
pub async fn post_at(service: &Service, list: ListId, url: &Url) -> Result<Post, PostError> {
    let link = &feed::canonical_link(url);
    service
        .db
        .read(|mut tx| async move {
            posts::find_by_link(&mut tx, list, link)
                .await?
                .ok_or(PostError::Unknown)
        })
        .await
}

/// At most `most` posts of a list, in one state where one is given, the newest first, before an id.
///
/// # Errors
/// The database's.
pub async fn posts_of(
    service: &Service,
    list: ListId,
    state: Option<State>,
    before: Option<PostId>,
    most: u32,
) -> Result<Vec<Post>, store::Error> {
    service
        .db
        .read(|mut tx| async move { posts::page(&mut tx, list, state, before, most).await })
        .await
}
