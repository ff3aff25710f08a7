//! Fixing a moment and copying a mailing's readers, a few thousand at a time.
//!
//! A step is one transaction that moves the mailing's mark on, so that it can be repeated after a crash at any moment.
//! Nothing leaves before the last one has counted what was copied.

use std::time::Duration;

use domain::{
    MailingId, Millis,
    mailing::{FREEZE_STEP, State},
};
use store::{
    deliveries, editions, exclusions,
    jobs::Lease,
    mailings::{self, Mailing},
};

use super::{
    render::{RenderError, render},
    start::{hold, start},
};
use crate::{Service, delivery};

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

/// Renders a mailing, copies its readers, counts them and starts it.
///
/// # Errors
/// When the count is wrong, and the database's.
pub async fn freeze(service: &Service, lease: &Lease, id: MailingId) -> Result<Frozen, FreezeError> {
    loop {
        if lease.stopping().is_cancelled() || !lease.is_held() {
            return Ok(Frozen::Later(service.now()));
        }
        let found = service
            .db
            .read(|mut tx| async move {
                let mailing = mailings::find(&mut tx, id).await?;
                let is_rendered = editions::find(&mut tx, id, 0).await?.is_some();
                Ok::<_, store::Error>(mailing.map(|mailing| (mailing, is_rendered)))
            })
            .await?;
        let Some((mailing, is_rendered)) = found else {
            return Ok(Frozen::Done);
        };
        match mailing.state {
            State::Freezing if !is_rendered => keep_edition(service, &mailing).await?,
            State::Freezing => {
                if !step(service, &mailing).await? {
                    check(service, id).await?;
                    open(service, id).await?;
                }
            }
            State::Paused if mailing.resumes_as == Some(State::Freezing) => {
                return Ok(Frozen::Later(service.now() + LOOK_AGAIN));
            }
            State::Cancelled => return call_off(service, &mailing).await,
            State::Waiting | State::Sending | State::Paused | State::Sent | State::Settled => return Ok(Frozen::Done),
        }
    }
}

/// Renders the mailing as its posts are now. What cannot be rendered is for a person to see.
async fn keep_edition(service: &Service, mailing: &Mailing) -> Result<(), store::Error> {
    let id = mailing.id;
    match render(service, mailing).await {
        Ok(content) => {
            let content = &content;
            let kept = service
                .db
                .write(|mut tx| async move { editions::insert(&mut tx, id, 0, content).await })
                .await;
            match kept {
                // Somebody else did the same.
                Err(store::Error::Taken(_)) => Ok(()),
                kept => kept,
            }
        }
        Err(RenderError::Store(error)) => Err(error),
        Err(error) => {
            let reason = &format!("it cannot be written: {error}");
            tracing::error!(mailing.id = %id, error = reason, "a mailing is paused");
            let hold = async |mut tx| match mailings::lock(&mut tx, id).await? {
                Some(mailing) if mailing.state == State::Freezing => hold(&mut tx, &mailing, reason).await,
                _ => Ok(()),
            };
            service.db.claim(hold).await
        }
    }
}

/// Copies the next few thousand readers; false when nobody is left.
async fn step(service: &Service, mailing: &Mailing) -> Result<bool, FreezeError> {
    let (id, list) = (mailing.id, mailing.list);
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
            let after = mailing.freeze_after;
            let Some(last) = deliveries::step_end(&mut tx, list, after, FREEZE_STEP).await? else {
                return Ok(false);
            };
            let from_n = mailing.counters.deliveries + 1;
            let as_of = mailing.frozen_at;
            let step = deliveries::freeze(&mut tx, (id, list, as_of), (after, last), from_n).await?;
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
            let Some(mailing) = mailings::find(&mut tx, id).await? else {
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

async fn open(service: &Service, id: MailingId) -> Result<(), store::Error> {
    service
        .db
        .claim(|mut tx| async move {
            match mailings::lock(&mut tx, id).await? {
                Some(mailing) if mailing.state == State::Freezing => start(&mut tx, service, &mailing).await,
                _ => Ok(()),
            }
        })
        .await
}

/// A mailing that was cancelled while freezing has deliveries that never leave.
async fn call_off(service: &Service, mailing: &Mailing) -> Result<Frozen, FreezeError> {
    service
        .db
        .claim(|mut tx| async move { delivery::fill_lanes(&mut tx, mailing, service.office.lanes()).await })
        .await?;
    Ok(Frozen::Done)
}
