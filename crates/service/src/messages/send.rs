//! Sending one single mail.

use std::time::Duration;

use domain::{MessageId, Millis, RelayId, message::Outcome, suppression::Reason};
use mail::Lane;
use serde_json::json;
use store::{
    Tx,
    events::{self, Event, Origin, Subject},
    jobs::Lease,
    messages::{self, Message, Try},
    suppressions,
};

use super::{
    WAITING_FOR_PROVIDER,
    compose::{ComposeError, Composed, compose},
    judge::{Judgement, judge},
    stand::{Ready, Stand, stand},
};
use crate::Service;

/// How often a mail that waits for something looks whether it is there.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// How long to wait before an outcome that could not be written is written again.
const WRITE_AGAIN: Duration = Duration::from_millis(200);

/// How sending a mail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// There is nothing more to do.
    Done,
    /// It is tried again at this moment.
    Later(Millis),
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It waited longer than a day for its first try.
    #[error("this mail waited more than 24 hours; it leaves if somebody retries it now")]
    Stale,
    /// It could not be composed.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// It was tried, and what came of that cannot be written down: sending it again might repeat it.
    #[error("this mail was tried, and what the mail provider said cannot be written down")]
    Record(#[source] store::Error),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Sends a mail, if it may leave, and writes down what came of it before its lane is used again.
///
/// # Errors
/// [`SendError::Stale`] the first time that it would leave too late: a person decides. Otherwise the database's, and
/// defects of ours.
pub async fn send(service: &Service, id: MessageId, lease: &Lease) -> Result<Sent, SendError> {
    let lane = service.lanes.take(service.db.random().below(u64::MAX)).await;
    let now = service.now();
    let stand = service
        .db
        .read(|mut tx| async move { stand(&mut tx, service, id).await })
        .await?;
    let ready = match (stand, &lane) {
        (Stand::Over, _) => return Ok(Sent::Done),
        (Stand::Withheld(reason), _) => {
            end(service, id, Outcome::Withheld, reason).await?;
            return Ok(Sent::Done);
        }
        (_, None) => {
            explain(service, id, WAITING_FOR_PROVIDER).await?;
            return Ok(Sent::Later(now + LOOK_AGAIN));
        }
        (Stand::Stale, _) => {
            end(service, id, Outcome::Held, "waited more than 24 hours").await?;
            return Err(SendError::Stale);
        }
        (Stand::Waits(reason), _) => {
            explain(service, id, &reason).await?;
            return Ok(Sent::Later(now + LOOK_AGAIN));
        }
        (Stand::Ready(ready), _) => ready,
    };
    let composed = compose(service, &ready, now)?;
    let (Some(mut lane), Some(room)) = (lane, service.office.admit_single(&service.db).await?) else {
        return Ok(Sent::Later(now + LOOK_AGAIN));
    };
    let relay = match room {
        Ok(relay) => relay,
        Err(until) => {
            explain(service, id, "waiting for room within the mail provider's limits").await?;
            return Ok(Sent::Later(until));
        }
    };
    let Some(result) = exchange(&mut lane, &composed, &ready, lease).await else {
        return Ok(Sent::Later(now));
    };
    let judgement = judge(&ready.message, result, now);
    if judgement.again.is_some() {
        tracing::info!(message.id = %id, outcome = %judgement.outcome, "a mail is tried again");
    }
    write_down(service, lease, (&ready, relay, &judgement)).await?;
    Ok(judgement.again.map_or(Sent::Done, Sent::Later))
}

/// Carries a mail over a lane; none when the lease was lost before its final dot.
async fn exchange(
    lane: &mut Lane,
    mail: &Composed,
    ready: &Ready,
    lease: &Lease,
) -> Option<Result<domain::reply::Reply, mail::smtp::SendError>> {
    if !lease.is_held() {
        return None;
    }
    if let Err(error) = lane.envelope(&mail.from, &ready.address).await {
        return Some(Err(error));
    }
    if !lease.is_held() {
        lane.abandon();
        return None;
    }
    Some(lane.content(&mail.wire, None).await)
}

/// Says in the mail's row what it waits for.
async fn explain(service: &Service, id: MessageId, reason: &str) -> Result<(), store::Error> {
    service
        .db
        .write(|mut tx| async move { messages::explain(&mut tx, id, reason).await })
        .await
}

/// Writes down that a mail does not leave, and why.
async fn end(service: &Service, id: MessageId, outcome: Outcome, reason: &str) -> Result<(), store::Error> {
    let tried = &Try {
        reply: Some(reason),
        ..Try::default()
    };
    service
        .db
        .write(|mut tx| async move { messages::record(&mut tx, id, outcome, tried).await })
        .await
}

/// Writes down what came of a try. While the database is away and nobody else can have the job, it goes on trying: what
/// the relay took must not be sent once more.
async fn write_down(
    service: &Service,
    lease: &Lease,
    (ready, relay, judgement): (&Ready, RelayId, &Judgement),
) -> Result<(), SendError> {
    while let Err(error) = record(service, ready, relay, judgement).await {
        if !store::is_unavailable(&error) || !lease.is_held() {
            return Err(SendError::Record(error));
        }
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "what came of a mail could not be written down; trying again"
        );
        tokio::time::sleep(WRITE_AGAIN).await;
    }
    Ok(())
}

async fn record(service: &Service, ready: &Ready, relay: RelayId, judgement: &Judgement) -> Result<(), store::Error> {
    let tried = &Try {
        counts: judgement.counts,
        relay: Some(relay),
        code: judgement.reply.as_ref().map(|reply| reply.code),
        reply: Some(&judgement.text),
        reference: judgement.reply.as_ref().and_then(domain::reply::Reply::reference),
    };
    service
        .db
        .write(|mut tx| async move {
            messages::record(&mut tx, ready.message.id, judgement.outcome, tried).await?;
            if judgement.suppress {
                suppress(&mut tx, service, ready).await?;
            }
            Ok::<_, store::Error>(())
        })
        .await
}

/// Suppresses an address of which the relay said that it does not exist.
async fn suppress(tx: &mut Tx, service: &Service, ready: &Ready) -> Result<(), store::Error> {
    let hash = service.keys.suppression_hash(&ready.address);
    let new = suppressions::add(tx, &ready.address, &hash, Reason::Bounce, None).await?;
    if new.is_some() {
        let detail = json!({ "reason": Reason::Bounce, "message": ready.message.id });
        let event = Event::new("subscriber.suppress", subject(&ready.message))
            .on(ready.list.id)
            .with(detail);
        events::record(tx, &Origin::system(), event).await?;
    }
    Ok(())
}

/// Whom a line about a mail is about: the reader, or the mail where it is a report.
fn subject(message: &Message) -> Subject {
    message
        .subscriber
        .map_or(Subject::Message(message.id), Subject::Subscriber)
}
