//! What staff see of posts, and decide about those that wait for them.

use domain::{
    FeedId, ListId, Millis, PostId,
    post::{Fate, INSTANT_GAP, State},
};
use serde_json::json;
use store::{
    Tx,
    events::{self, Actor, Event, Origin, Subject},
    feeds, lists, paces,
    posts::{self, Post},
};
use url::Url;

use super::{
    connect::{ConnectError, connected},
    ledger::plan,
};
use crate::Service;

/// Why nothing was done about a post.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// There is no such post.
    #[error("there is no such post")]
    Unknown,
    /// It is in a state in which this cannot be decided.
    #[error("this cannot be decided about a post that is {0}")]
    Decided(State),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What staff decide about a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Let one that is held, or that is still settling, go into its list's next mailing.
    Release,
    /// Keep one that waits out of all mailings; it can still be announced by itself.
    Skip,
    /// Let one that was skipped, taken back or there before go into its list's next mailing.
    Restore,
    /// Keep one that waits out of the list's next mailing, and let it go into the one after.
    LeaveOut,
}

impl Decision {
    const fn action(self) -> &'static str {
        match self {
            Self::Release => "post.release",
            Self::Skip => "post.skip",
            Self::Restore => "post.restore",
            Self::LeaveOut => "post.leave-out",
        }
    }

    /// The states in which there is something to decide.
    const fn from(self) -> &'static [State] {
        match self {
            Self::Release => &[State::Held, State::Settling],
            Self::Skip => &[State::Held, State::Settling, State::Ready],
            Self::Restore => &[State::Skipped, State::Gone, State::Baseline],
            Self::LeaveOut => &[State::Settling, State::Ready],
        }
    }
}

/// Carries out what staff decided about a post.
///
/// # Errors
/// When there is no such post, or there is nothing to decide about it.
pub async fn decide(service: &Service, origin: &Origin, id: PostId, decision: Decision) -> Result<Post, PostError> {
    service
        .db
        .write(|mut tx| async move {
            let post = load(&mut tx, id).await?;
            let fate = fate(&mut tx, &post, &origin.actor, decision).await?;
            if !posts::move_to(&mut tx, id, decision.from(), &fate).await? {
                return Err(PostError::Decided(post.state));
            }
            if fate.state == State::Ready {
                plan(&mut tx, post.list).await?;
            }
            if let Some(feed) = post.feed {
                close_question(&mut tx, feed).await?;
            }
            let event = Event::new(decision.action(), Subject::Post(id))
                .on(post.list)
                .with(json!({ "was": post.state }));
            events::record(&mut tx, origin, event).await?;
            load(&mut tx, id).await
        })
        .await
}

/// Answers the question about all posts of a feed that are held: they are mailed, or they are left out. Says how many
/// there were.
///
/// # Errors
/// When there is no such feed.
pub async fn answer(service: &Service, origin: &Origin, id: FeedId, are_mailed: bool) -> Result<usize, ConnectError> {
    service
        .db
        .write(|mut tx| async move {
            let feed = connected(&mut tx, id).await?;
            let (fate, action) = if are_mailed {
                let reason = format!("released by {}; waits for the next mailing", origin.actor);
                (Fate::new(State::Ready, reason), "feed.release")
            } else {
                let reason = format!("skipped by {}", origin.actor);
                (Fate::new(State::Skipped, reason), "feed.skip")
            };
            let decided = posts::decide_held(&mut tx, id, &fate).await?;
            if are_mailed && decided > 0 {
                plan(&mut tx, feed.list).await?;
            }
            feeds::set_question(&mut tx, id, None).await?;
            let event = Event::new(action, Subject::Feed(id))
                .on(feed.list)
                .with(json!({ "posts": decided }));
            events::record(&mut tx, origin, event).await?;
            Ok(decided)
        })
        .await
}

/// How many posts of each of these feeds are held, in their order.
///
/// # Errors
/// The database's.
pub async fn held(service: &Service, feeds: &[FeedId]) -> Result<Vec<i64>, store::Error> {
    service
        .db
        .read(|mut tx| async move {
            let mut held = Vec::with_capacity(feeds.len());
            for feed in feeds {
                held.push(posts::count_held(&mut tx, *feed).await?);
            }
            Ok(held)
        })
        .await
}

/// What a decision makes of a post.
async fn fate(tx: &mut Tx, post: &Post, actor: &Actor, decision: Decision) -> Result<Fate, PostError> {
    Ok(match decision {
        Decision::Release => Fate::new(State::Ready, format!("released by {actor}; waits for the next mailing")),
        Decision::Skip => Fate::new(State::Skipped, format!("skipped by {actor}")),
        Decision::Restore => Fate::new(State::Ready, format!("restored by {actor}; waits for the next mailing")),
        Decision::LeaveOut => {
            let next = next_mailing(tx, post.list).await?;
            let reason = format!("left out of the next mailing by {actor}; goes into the one after");
            Fate::settling(next.offset(1), reason)
        }
    })
}

/// When a list is mailed next: at its slot, and right away at the earliest in an hour.
async fn next_mailing(tx: &mut Tx, id: ListId) -> Result<Millis, PostError> {
    let own = lists::find(tx, id).await?.map(|list| list.settings.cadence);
    let paces = paces::of_list(tx, id).await?;
    let next = paces
        .iter()
        .find(|pace| Some(pace.cadence) == own)
        .and_then(|pace| pace.next_at);
    let in_an_hour = tx.now() + INSTANT_GAP;
    Ok(next.filter(|at| *at > tx.now()).unwrap_or(in_an_hour))
}

/// A feed of which nothing is held any more asks nothing.
pub(crate) async fn close_question(tx: &mut Tx, feed: FeedId) -> Result<(), store::Error> {
    if posts::count_held(tx, feed).await? > 0 {
        return Ok(());
    }
    feeds::set_question(tx, feed, None).await
}

pub(super) async fn load(tx: &mut Tx, id: PostId) -> Result<Post, PostError> {
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
