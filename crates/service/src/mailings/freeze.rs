//! Fixing a moment and copying a mailing's readers, a few thousand at a time.
//!
//! A step is one transaction that moves the mailing's mark on, so that it can be repeated after a crash at any moment.
//! Nothing leaves before the last one has counted what was copied.

use std::time::Duration;

use domain::{
    MailingId, Millis,
    mailing::{Audience, FREEZE_STEP, Kind, Occasion, State},
    post::{self, Fate},
};
use jiff::civil::Date;
use store::{
    Tx, deliveries, editions, exclusions,
    jobs::Lease,
    lists,
    mailings::{self, Mailing},
    posts,
};

use super::{
    choose::Choice,
    copy::copy,
    passed_over,
    read::by_id,
    render::{RenderError, render},
    start::{start, stop},
    take_back::take_back_step,
};
use crate::{Service, feeds};

/// How long the last look at a mailing's posts may take; a site that is slower changes nothing.
const LONGEST_LOOK: Duration = Duration::from_secs(30);
/// How often a mailing that was paused while freezing is looked at; resuming wakes it at once.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How freezing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frozen {
    /// The mailing is frozen, or over.
    Done,
    /// It goes on at this moment.
    Later(Millis),
}

/// Why freezing failed.
#[derive(Debug, thiserror::Error)]
pub enum FreezeError {
    /// Not every reader who was there became a delivery or an exclusion.
    #[error("{candidates} readers were there, but {deliveries} deliveries and {excluded} exclusions were made")]
    Miscounted {
        /// Confirmed readers.
        candidates: i64,
        /// Deliveries.
        deliveries: i64,
        /// Exclusions.
        excluded: i64,
    },
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Looks at a mailing's posts for the last time, copies its readers, counts them, renders what they get and starts it.
///
/// # Errors
/// When the count is wrong, and the database's.
pub async fn freeze(service: &Service, lease: &Lease, id: MailingId) -> Result<Frozen, FreezeError> {
    let mut is_checked = false;
    loop {
        if lease.stopping().is_cancelled() || !lease.is_held() {
            return Ok(Frozen::Later(service.now()));
        }
        let Some(mailing) = by_id(service, id).await? else {
            return Ok(Frozen::Done);
        };
        match mailing.state {
            State::Freezing if mailing.prepared_at.is_none() => prepare(service, &mailing).await?,
            State::Freezing => {
                if freeze_step(service, id, FREEZE_STEP).await? {
                    continue;
                }
                // Counting reads all rows: once is enough, however many editions follow.
                if !is_checked {
                    check(service, id).await?;
                    is_checked = true;
                }
                if !render_next(service, &mailing).await? {
                    open(service, id).await?;
                }
            }
            State::Paused if mailing.resumes_as == Some(State::Freezing) => {
                return Ok(Frozen::Later(service.now() + LOOK_AGAIN));
            }
            State::Cancelled => {
                if !take_back_step(service, id, FREEZE_STEP).await? {
                    return Ok(Frozen::Done);
                }
            }
            State::Draft | State::Waiting | State::Sending | State::Paused | State::Sent | State::Settled => {
                return Ok(Frozen::Done);
            }
        }
    }
}

/// Looks at the posts once more where they came from, so that corrections are mailed corrected and what was taken back
/// is not mailed.
async fn prepare(service: &Service, mailing: &Mailing) -> Result<(), store::Error> {
    let id = mailing.id;
    match tokio::time::timeout(LONGEST_LOOK, feeds::last_look(service, id)).await {
        Ok(looked) => looked?,
        Err(_) => tracing::info!(mailing.id = %id, "a site was too slow for a last look at its posts"),
    }
    service
        .db
        .write(|mut tx| async move { mailings::prepare(&mut tx, id).await })
        .await
}

/// Renders the next edition that is not rendered, with its posts as they are now; false when there is none. What cannot
/// be rendered is for a person to see.
async fn render_next(service: &Service, mailing: &Mailing) -> Result<bool, store::Error> {
    let id = mailing.id;
    let next = service
        .db
        .read(|mut tx| async move { editions::first_unrendered(&mut tx, id).await })
        .await?;
    let Some(number) = next else {
        return Ok(false);
    };
    match render(service, mailing, number).await {
        Ok(content) => {
            let content = &content;
            service
                .db
                .claim(|mut tx| async move { editions::keep(&mut tx, id, number, content).await })
                .await?;
        }
        Err(RenderError::Store(error)) => return Err(error),
        Err(error) => {
            let reason = &format!("it cannot be written: {error}");
            tracing::error!(mailing.id = %id, error = reason, "a mailing is paused");
            let give_up = async |mut tx| match mailings::lock(&mut tx, id).await? {
                Some(mailing) if mailing.state == State::Freezing => {
                    stop(&mut tx, &mailing, State::Freezing, reason).await
                }
                _ => Ok(()),
            };
            service.db.claim(give_up).await?;
        }
    }
    Ok(true)
}

/// Copies the next readers of a mailing, at most `most`, in one transaction; false when nobody is left. [`freeze`] does it
/// until nobody is.
///
/// # Errors
/// When the count is wrong, and the database's.
pub async fn freeze_step(service: &Service, id: MailingId, most: i64) -> Result<bool, FreezeError> {
    service
        .db
        .write(|mut tx| async move {
            // Whoever else is at the same step waits here, and then finds it done.
            let Some(mailing) = mailings::lock(&mut tx, id).await? else {
                return Ok(false);
            };
            if mailing.state != State::Freezing {
                return Ok(true);
            }
            let Some(list) = lists::find(&mut tx, mailing.list).await? else {
                return Ok(false);
            };
            let choice = Choice::load(&mut tx, &mailing, &list).await?;
            let Some((step, last)) = copy(&mut tx, &mailing, &choice, most).await? else {
                return Ok(false);
            };
            balance(step.candidates, step.deliveries, step.excluded)?;
            mailings::record_step(&mut tx, id, last, &step).await?;
            Ok(true)
        })
        .await
}

/// Counts what was copied, row by row. Nobody else changes it while the mailing is being frozen.
async fn check(service: &Service, id: MailingId) -> Result<(), FreezeError> {
    service
        .db
        .read(|mut tx| async move {
            // One that was cancelled meanwhile is on its way back.
            let freezing = |mailing: &Mailing| mailing.state == State::Freezing;
            let Some(mailing) = mailings::find(&mut tx, id).await?.filter(freezing) else {
                return Ok(());
            };
            let outcomes = deliveries::count_by_outcome(&mut tx, id).await?;
            let reasons = exclusions::count_by_reason(&mut tx, id).await?;
            let deliveries = outcomes.iter().map(|(_, count)| count).sum();
            let excluded = reasons.iter().map(|(_, count)| count).sum();
            balance(mailing.counters.candidates, deliveries, excluded)?;
            balance(
                mailing.counters.candidates,
                mailing.counters.deliveries,
                mailing.counters.excluded,
            )
        })
        .await
}

fn balance(candidates: i64, deliveries: i64, excluded: i64) -> Result<(), FreezeError> {
    if candidates == deliveries + excluded {
        Ok(())
    } else {
        Err(FreezeError::Miscounted {
            candidates,
            deliveries,
            excluded,
        })
    }
}

/// Starts a mailing that is frozen. From now on its posts count as mailed.
async fn open(service: &Service, id: MailingId) -> Result<(), store::Error> {
    service
        .db
        .claim(|mut tx| async move {
            match mailings::lock(&mut tx, id).await? {
                Some(mailing) if mailing.state == State::Freezing => {
                    mark_mailed(&mut tx, &mailing).await?;
                    start(&mut tx, service, &mailing).await?;
                    mark_passed_over(&mut tx, &mailing).await
                }
                _ => Ok(()),
            }
        })
        .await
}

async fn mark_mailed(tx: &mut Tx, mailing: &Mailing) -> Result<(), store::Error> {
    let fate = Fate::new(post::State::Mailed, brought_by(mailing));
    for post in mailings::brought(tx, mailing.id).await? {
        posts::move_to(tx, post.id, &[post::State::Ready, post::State::Mailed], &fate).await?;
    }
    Ok(())
}

/// What a mailing at a cadence was for and brings to nobody says so.
async fn mark_passed_over(tx: &mut Tx, mailing: &Mailing) -> Result<(), store::Error> {
    let Audience::Cadence(cadence) = mailing.audience else {
        return Ok(());
    };
    let posts = mailings::brought_to_nobody(tx, mailing.id).await?;
    match lists::find(tx, mailing.list).await? {
        Some(list) => passed_over::note(tx, &list, &cadence, &posts).await,
        None => Ok(()),
    }
}

/// What a post says of itself that was mailed.
fn brought_by(mailing: &Mailing) -> String {
    match (mailing.kind, mailing.slot.parse::<Date>()) {
        (Kind::Digest, Ok(date)) => format!("in the round-up of {}", date.strftime("%-d %B %Y")),
        _ if mailing.occasion == Occasion::Asked => {
            format!("announced by {} on {}", mailing.requested_by, mailing.created_at)
        }
        _ => format!("in the mailing of {}", mailing.created_at),
    }
}
