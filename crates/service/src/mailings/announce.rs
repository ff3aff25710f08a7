//! Announcing a post because somebody asked for it, whatever the list's cadence.

use domain::{
    Cadence, MailingId, PostId,
    mailing::{Kind, Occasion},
    post::INSTANT_GAP,
};
use serde_json::json;
use store::{
    events::{self, Event, Origin},
    lists, mailings,
    mailings::New,
    posts,
};

use super::plan::insert;
use crate::{
    Service,
    lists::{Missing, missing},
};

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

/// Announces a post to all of its list now: any post, also one that was there when the feed was connected. One that was
/// mailed before only when `again` says so.
///
/// # Errors
/// When there is no such post, it was mailed before, or its list cannot be mailed.
pub async fn announce(
    service: &Service,
    origin: &Origin,
    post: PostId,
    again: bool,
) -> Result<MailingId, AnnounceError> {
    service
        .db
        .write(|mut tx| async move {
            let post = posts::find(&mut tx, post).await?.ok_or(AnnounceError::Unknown)?;
            let list = lists::find(&mut tx, post.list).await?.ok_or(AnnounceError::Unknown)?;
            if list.archived_at.is_some() {
                return Err(AnnounceError::Archived);
            }
            let missing = missing(&list.settings);
            if !missing.is_empty() {
                return Err(AnnounceError::CannotBeMailed(missing));
            }
            let before = mailings::that_brought(&mut tx, post.id).await?;
            if let Some(before) = before.first().filter(|_| !again) {
                return Err(AnnounceError::Mailed(*before));
            }
            let now = tx.now();
            let new = New {
                list: list.id,
                kind: Kind::Announcement,
                occasion: Occasion::Asked,
                slot: format!("{} {}", post.id, before.len() + 1),
                requested_by: origin.actor.to_string(),
                send_at: now,
            };
            let reason = format!("announced by {} on {now}", origin.actor);
            let Some(mailing) = insert(&mut tx, &new, &[post.id], &reason).await? else {
                unreachable!("the slot counts the mailings of the post in the same transaction");
            };
            if list.settings.cadence == Cadence::Instant {
                lists::set_earliest(&mut tx, list.id, now + INSTANT_GAP).await?;
            }
            let event = Event {
                action: "post.announce",
                subject: ("post", post.id.get()),
                list: Some(list.id),
                subscriber: None,
                detail: json!({ "mailing": mailing, "again": !before.is_empty() }),
            };
            events::record(&mut tx, origin, event).await?;
            Ok(mailing)
        })
        .await
}
