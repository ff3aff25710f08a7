//! What becomes of a mailing when one of its chunks is through, or cannot go on.

use domain::{
    Job, MailingId, Millis,
    mailing::{State, chunk_size},
};
use store::{
    Db, Tx, deliveries,
    jobs::{self, Lease, When},
    mailings::{self, Mailing},
};

use super::chunk::{Chunk, Ended};
use crate::{Service, mailings::stop, reports};

/// Ends a chunk of which nothing is left to do now: takes the next range, remembers what is to be tried again, and
/// settles the mailing if this was the last of it, in one commit with the end of the job.
pub(super) async fn finish(service: &Service, lease: &Lease, chunk: Chunk) -> Result<Ended, store::Error> {
    let lanes = service.office.lanes();
    let result = service
        .db
        .claim(|mut tx| async move {
            let Some(mailing) = mailings::lock(&mut tx, chunk.mailing).await? else {
                lease.complete(&mut tx).await?;
                return Ok(Ended::Done);
            };
            let range = (chunk.from, chunk.to);
            if mailing.state == State::Cancelled {
                deliveries::cancel_open(&mut tx, mailing.id, range).await?;
            }
            let retry_at = deliveries::earliest_retry(&mut tx, mailing.id, range).await?;
            match (chunk.again, retry_at) {
                (true, Some(at)) => return Ok(Ended::Later(at)),
                (false, Some(at)) => {
                    let retry = Job::RetryChunk {
                        mailing: mailing.id,
                        from: chunk.from,
                        to: chunk.to,
                    };
                    jobs::enqueue(&mut tx, &retry, When::at(at)).await?;
                }
                (_, None) => {}
            }
            if !chunk.again {
                take_next(&mut tx, &mailing, lanes).await?;
            }
            settle(&mut tx, mailing.id).await?;
            lease.complete(&mut tx).await?;
            Ok(Ended::Done)
        })
        .await;
    match result {
        // Somebody else has the job, and does the same.
        Err(store::Error::LeaseLost) => Ok(Ended::Done),
        result => result,
    }
}

/// Queues the next numbers of a mailing that no chunk has, if any are left.
async fn take_next(tx: &mut Tx, mailing: &Mailing, lanes: i64) -> Result<bool, store::Error> {
    let size = chunk_size(mailing.counters.deliveries, lanes);
    let Some((from, to)) = mailings::take_range(tx, mailing.id, size).await? else {
        return Ok(false);
    };
    let chunk = Job::DeliverChunk {
        mailing: mailing.id,
        from,
        to,
    };
    jobs::enqueue(tx, &chunk, When::now()).await?;
    Ok(true)
}

/// Queues as many chunks of a mailing as there are lanes.
pub(crate) async fn fill_lanes(tx: &mut Tx, mailing: &Mailing, lanes: i64) -> Result<(), store::Error> {
    for _ in 0..lanes {
        if !take_next(tx, mailing, lanes).await? {
            break;
        }
    }
    Ok(())
}

/// Moves a mailing of which every delivery was tried to sent, and one of which none will be tried again to settled.
pub(crate) async fn settle(tx: &mut Tx, id: MailingId) -> Result<(), store::Error> {
    let Some(mailing) = mailings::find(tx, id).await? else {
        return Ok(());
    };
    if !mailing.state.may_send() || mailing.counters.pending() > 0 {
        return Ok(());
    }
    let is_new = mailing.state != State::Sent;
    if !deliveries::has_retries(tx, id).await? {
        mailings::set_state(tx, id, State::Settled, None, None).await?;
    } else if is_new {
        mailings::set_state(tx, id, State::Sent, None, None).await?;
    }
    if is_new {
        reports::mailing_went(tx, &mailing).await?;
    }
    Ok(())
}

/// Notes that a mailing is alive until a moment, and what it waits for.
pub(super) async fn note(db: &Db, id: MailingId, at: Millis, reason: Option<&str>) -> Result<(), store::Error> {
    db.claim(|mut tx| async move { mailings::touch(&mut tx, id, at, reason).await })
        .await
}

/// Pauses a mailing that the relay does not take, in the relay's words.
pub(super) async fn pause(service: &Service, id: MailingId, words: &str) -> Result<(), store::Error> {
    let reason = format!("the mail provider takes no more until somebody has looked: {words}");
    tracing::error!(mailing.id = %id, reason, "a mailing is paused");
    service
        .db
        .claim(|mut tx| {
            let reason = &reason;
            async move {
                match mailings::lock(&mut tx, id).await? {
                    Some(mailing) if mailing.state.may_send() => stop(&mut tx, &mailing, mailing.state, reason).await,
                    _ => Ok(()),
                }
            }
        })
        .await
}

/// Pauses a mailing that nothing happened to for so long that a person should look at it first.
pub(super) async fn pause_untouched(service: &Service, id: MailingId) -> Result<(), store::Error> {
    service
        .db
        .claim(|mut tx| async move {
            match mailings::lock(&mut tx, id).await? {
                Some(mailing) if is_untouched(&mailing, tx.now()) => {
                    let reason = format!(
                        "nothing of it left since {}; resume it if it should still go out",
                        mailing.touched_at
                    );
                    stop(&mut tx, &mailing, mailing.state, &reason).await
                }
                _ => Ok(()),
            }
        })
        .await
}

fn is_untouched(mailing: &Mailing, now: Millis) -> bool {
    mailing.state == State::Sending && now.since(mailing.touched_at) > domain::mailing::UNTOUCHED
}
