//! Announcing a post because somebody asked for it, whatever the list's cadence.

use domain::{
    Cadence, MailingId, Millis, PostId,
    mailing::{Audience, Kind, Occasion},
    post::{Fate, INSTANT_GAP, State},
};
use jiff::Zoned;
use serde_json::json;
use store::{
    Tx,
    events::{self, Event, Origin, Subject},
    lists::{self, List},
    mailings::{self, New},
    paces,
    posts::{self, Post},
    subscriptions,
};

use super::plan::insert;
use crate::{
    Service,
    brand::zone,
    feeds::close_question,
    lists::{Missing, missing},
};

/// Where a post is that a later mailing may bring.
const WAITING: &[State] = &[State::Settling, State::Held, State::Ready];

/// Why a post was not announced.
#[derive(Debug, thiserror::Error)]
pub enum AnnounceError {
    /// There is no such post.
    #[error("there is no such post")]
    Unknown,
    /// The list is archived.
    #[error("the list of this post is archived")]
    Archived,
    /// The list lacks something without which nothing of it is mailed.
    #[error("nothing is mailed on this list yet: it needs {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    CannotBeMailed(Vec<Missing>),
    /// It was mailed before, and nobody said "again".
    #[error("this post was mailed before; it is mailed again only if you say so")]
    Mailed(MailingId),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What staff tick when they announce a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Announce {
    /// Also to those who had it.
    pub again: bool,
    /// Also to those who chose to be mailed less often than the list is.
    pub also_slower: bool,
}

/// Announces a post to its list now: any post, also one that was there when the feed was connected or that has not
/// settled. One that was mailed before only when `again` says so. A copy of what the list has from elsewhere stands for its
/// original, unless that was taken back. Readers who chose to be mailed less often get it at
/// their next slot, unless `also_slower` says otherwise; who has paused the list gets nothing.
///
/// # Errors
/// When there is no such post, it was mailed before, or its list cannot be mailed.
pub async fn announce(
    service: &Service,
    origin: &Origin,
    post: PostId,
    how: Announce,
) -> Result<MailingId, AnnounceError> {
    service
        .db
        .write(|mut tx| async move {
            let (post, list) = find(&mut tx, post).await?;
            may_be_announced(&list)?;
            let guises = guises(&mut tx, post).await?;
            let mut before = Vec::new();
            for guise in &guises {
                before.extend(mailings::that_brought(&mut tx, guise.id).await?);
            }
            if let Some(before) = before.first().filter(|_| !how.again) {
                return Err(AnnounceError::Mailed(*before));
            }
            let post = (guises.iter().rfind(|guise| guise.state != State::Gone)).unwrap_or(&guises[0]);
            let now = tx.now();
            let new = New {
                list: list.id,
                kind: Kind::Announcement,
                occasion: Occasion::Asked,
                audience: Audience::Asked,
                // Each announcement is one of its own; whether there may be another was decided above.
                slot: format!("{} {}", post.id, tx.id::<MailingId>()),
                also_slower: how.also_slower,
                again: how.again,
                requested_by: origin.actor.to_string(),
                send_at: now,
                draft: None,
            };
            let fate = Fate::new(State::Mailed, format!("announced by {} on {now}", origin.actor));
            posts::move_to(&mut tx, post.id, State::ALL, &fate).await?;
            let fate = Fate::new(
                State::Skipped,
                format!("announced by {} on {now} in another guise", origin.actor),
            );
            for guise in guises.iter().filter(|guise| guise.id != post.id) {
                posts::move_to(&mut tx, guise.id, WAITING, &fate).await?;
            }
            for feed in guises.iter().filter_map(|guise| guise.feed) {
                close_question(&mut tx, feed).await?;
            }
            let Some(mailing) = insert(&mut tx, &new, &[post.id]).await? else {
                unreachable!("no other mailing has a slot with this new id");
            };
            paces::set_earliest(&mut tx, list.id, Some(now + INSTANT_GAP)).await?;
            let detail = json!({ "mailing": mailing, "again": !before.is_empty(), "also_slower": how.also_slower });
            let event = Event::new("post.announce", Subject::Post(post.id))
                .on(list.id)
                .with(detail);
            events::record(&mut tx, origin, event).await?;
            Ok(mailing)
        })
        .await
}

/// Whom an announcement reaches now, and who gets the post later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// How many readers get it at once.
    pub now: i64,
    /// Those who chose to be mailed less often, by what they chose.
    pub later: Vec<Later>,
}

/// Readers who get a post at their slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// What they chose.
    pub cadence: Cadence,
    /// How many they are.
    pub readers: i64,
    /// When they get it.
    pub at: Option<Zoned>,
}

/// Tells whom an announcement of a post would reach; who has paused the list is in neither count.
///
/// # Errors
/// When there is no such post, or its list is archived.
pub async fn reach(service: &Service, post: PostId) -> Result<Reach, AnnounceError> {
    service
        .db
        .read(|mut tx| async move {
            let (_, list) = find(&mut tx, post).await?;
            let mut reach = Reach {
                now: 0,
                later: Vec::new(),
            };
            for (chosen, readers) in subscriptions::count_by_cadence(&mut tx, list.id).await? {
                if Audience::Asked.includes(chosen, list.settings.cadence) {
                    reach.now += readers;
                    continue;
                }
                let cadence = list.settings.cadence_of(chosen);
                reach.later.push(Later {
                    at: next(&cadence, tx.now(), &list),
                    cadence,
                    readers,
                });
            }
            Ok(reach)
        })
        .await
}

fn next(cadence: &Cadence, now: Millis, list: &List) -> Option<Zoned> {
    let zone = zone(list);
    let slot = cadence.next_slot(now, &zone)?;
    Some(slot.at.timestamp().to_zoned(zone))
}

/// Whether posts of a list can be announced at all.
pub(crate) fn may_be_announced(list: &List) -> Result<(), AnnounceError> {
    if list.archived_at.is_some() {
        return Err(AnnounceError::Archived);
    }
    let missing = missing(&list.settings);
    if missing.is_empty() {
        Ok(())
    } else {
        Err(AnnounceError::CannotBeMailed(missing))
    }
}

/// A post, what it is a copy of, and so on to the one that is no copy.
async fn guises(tx: &mut Tx, post: Post) -> Result<Vec<Post>, store::Error> {
    let mut guises = Vec::new();
    let mut next = Some(post);
    while let Some(post) = next {
        next = posts::original_of(tx, post.id).await?;
        guises.push(post);
    }
    Ok(guises)
}

async fn find(tx: &mut Tx, post: PostId) -> Result<(Post, List), AnnounceError> {
    let post = posts::find(tx, post).await?.ok_or(AnnounceError::Unknown)?;
    let list = lists::find(tx, post.list).await?.ok_or(AnnounceError::Unknown)?;
    if list.archived_at.is_some() {
        return Err(AnnounceError::Archived);
    }
    Ok((post, list))
}
