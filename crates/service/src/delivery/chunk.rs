//! A chunk: the job that owns a range of a mailing's numbers.

use std::{sync::Arc, time::Duration};

use domain::{
    AddressError, MailingId, Millis,
    mailing::{State, UNTOUCHED},
};
use mail::{Lane, compile::FillError};
use store::{
    deliveries::{self, Due},
    jobs::Lease,
    mailings::{self, Mailing},
};
use tokio::time::Instant;

use super::{
    editions::EditionError,
    finish,
    office::Relay,
    round::{Round, Stop},
};
use crate::{Service, mailings::WAITING_FOR_PROVIDER};

/// How long a chunk works before others have their turn.
const TURN: Duration = Duration::from_secs(2);
/// How often a chunk looks whether its mailing goes on; resuming wakes it at once.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How many deliveries are read at once: about as many as leave while what was read is fresh.
const WINDOW: std::ops::RangeInclusive<u32> = 8..=128;

/// A range of a mailing's numbers, and whether those are meant that are tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// The mailing.
    pub mailing: MailingId,
    /// The first number.
    pub from: i64,
    /// The last number.
    pub to: i64,
    /// Whether it is about deliveries that were tried before.
    pub again: bool,
}

impl Chunk {
    /// A range that was not tried yet.
    #[must_use]
    pub const fn new(mailing: MailingId, from: i64, to: i64) -> Self {
        Self {
            mailing,
            from,
            to,
            again: false,
        }
    }
}

/// How working on a chunk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nothing is left to do, or whoever has the job now does it.
    Done,
    /// It goes on at this moment.
    Later(Millis),
}

/// Why a chunk failed.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The mailing's content cannot be sent.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// A mail cannot be made of it.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// A reader's address is none.
    #[error("the address of a subscriber cannot be mailed")]
    Address(#[source] AddressError),
    /// An outcome could not be written, and the lease is over.
    #[error("an outcome could not be written")]
    Record(#[source] Arc<store::Error>),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What a look at the store said about the next few deliveries.
struct Look {
    mailing: Mailing,
    due: Vec<Due>,
    read_at: Instant,
}

/// Works on a chunk for a while.
///
/// # Errors
/// When the mailing cannot be sent, or the database cannot be read or written.
pub async fn deliver(service: &Service, lease: &Lease, chunk: Chunk) -> Result<Ended, DeliveryError> {
    let started = Instant::now();
    let mut work = Work {
        service,
        lease,
        chunk,
        next: chunk.from,
        size: *WINDOW.start(),
    };
    let relay = service.office.relay(&service.db).await?;
    let mut round = None;
    let ended = loop {
        if lease.stopping().is_cancelled() || started.elapsed() >= TURN {
            break Ended::Later(service.now());
        }
        let Some(look) = work.look().await? else {
            break Ended::Done;
        };
        if let Some(ended) = work.before(&look).await? {
            break ended;
        }
        let Some(round) = ready(&mut round, &work, relay) else {
            let again = service.now() + LOOK_AGAIN;
            finish::note(&service.db, chunk.mailing, again, Some(WAITING_FOR_PROVIDER)).await?;
            break Ended::Later(again);
        };
        let (done, stop) = round.send(&look.due, look.read_at).await?;
        work.advance(&look, done);
        if let Some(ended) = work.after(stop).await? {
            break ended;
        }
    };
    if let (Some(round), Some(relay)) = (round, relay) {
        service.office.give_back(round.into_lane());
        relay.allowance.give_back(&service.db).await?;
    }
    Ok(ended)
}

/// The round of this chunk, begun when something is to be sent; none without a provider.
fn ready<'a, 'r>(
    round: &'r mut Option<Round<'a>>,
    work: &Work<'a>,
    relay: Option<&'a Relay>,
) -> Option<&'r mut Round<'a>> {
    if round.is_none() {
        let office = &*work.service.office;
        let lane: Lane = office.take_lane()?;
        *round = Some(Round::new(
            (work.service, office, relay?),
            work.lease,
            work.chunk.mailing,
            lane,
        ));
    }
    round.as_mut()
}

/// A chunk on its way through its range.
struct Work<'a> {
    service: &'a Service,
    lease: &'a Lease,
    chunk: Chunk,
    next: i64,
    size: u32,
}

impl Work<'_> {
    /// Reads the mailing and the next deliveries; none when there is no such mailing.
    async fn look(&self) -> Result<Option<Look>, DeliveryError> {
        let read_at = Instant::now();
        let (chunk, range, most) = (self.chunk, (self.next, self.chunk.to), self.size);
        let found = self
            .service
            .db
            .read(|mut tx| async move {
                let Some(mailing) = mailings::find(&mut tx, chunk.mailing).await? else {
                    return Ok(None);
                };
                let due = match (mailing.state.may_send(), chunk.again) {
                    (false, _) => Vec::new(),
                    (true, false) => deliveries::pending(&mut tx, chunk.mailing, range, most).await?,
                    (true, true) => deliveries::retries(&mut tx, chunk.mailing, range, most).await?,
                };
                Ok::<_, store::Error>(Some((mailing, due)))
            })
            .await?;
        Ok(found.map(|(mailing, due)| Look { mailing, due, read_at }))
    }

    /// What keeps the chunk from sending, if anything does.
    async fn before(&self, look: &Look) -> Result<Option<Ended>, DeliveryError> {
        let now = self.service.now();
        Ok(match look.mailing.state {
            State::Settled => Some(Ended::Done),
            State::Draft | State::Freezing | State::Waiting | State::Paused => Some(Ended::Later(now + LOOK_AGAIN)),
            State::Cancelled => Some(finish::finish(self.service, self.lease, self.chunk).await?),
            State::Sending if now.since(look.mailing.touched_at) > UNTOUCHED => {
                finish::pause_untouched(self.service, self.chunk.mailing).await?;
                Some(Ended::Later(now + LOOK_AGAIN))
            }
            State::Sending | State::Sent if look.due.is_empty() => {
                Some(finish::finish(self.service, self.lease, self.chunk).await?)
            }
            State::Sending | State::Sent => None,
        })
    }

    /// Goes on behind the last delivery with an outcome. A window that was sent well within its time may be larger next
    /// time, one that grew stale was too large.
    fn advance(&mut self, look: &Look, done: Option<i64>) {
        let sent = look
            .due
            .iter()
            .filter(|due| done.is_some_and(|done| due.n <= done))
            .count();
        let sent = u32::try_from(sent).unwrap_or(u32::MAX);
        self.size = sent.saturating_mul(2).clamp(*WINDOW.start(), *WINDOW.end());
        self.next = done.map_or(self.next, |done| done + 1);
    }

    /// What follows from the reason for which a round ended.
    async fn after(&self, stop: Option<Stop>) -> Result<Option<Ended>, DeliveryError> {
        let now = self.service.now();
        Ok(match stop {
            None | Some(Stop::Stale) => None,
            Some(Stop::Leaving) => Some(Ended::Later(now)),
            Some(Stop::NotBefore(at, words)) => {
                if !words.is_empty() {
                    finish::note(&self.service.db, self.chunk.mailing, at, Some(&words)).await?;
                }
                Some(Ended::Later(at))
            }
            Some(Stop::Pause(words)) => {
                finish::pause(self.service, self.chunk.mailing, &words).await?;
                Some(Ended::Later(now + LOOK_AGAIN))
            }
            Some(Stop::Paused) => Some(Ended::Later(now + LOOK_AGAIN)),
        })
    }
}
