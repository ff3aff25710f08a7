//! One lane on its way through a window of deliveries.

use std::time::Duration;

use domain::{EmailAddress, MailingId, Millis, mailing::message_id};
use mail::{
    Lane,
    compile::{Links, Recipient},
    smtp::SendError,
};
use store::{
    deliveries::{Due, Tried},
    jobs::Lease,
};
use tokio::time::Instant;

use super::{
    chunk::DeliveryError,
    doubt::doubt,
    editions::Compiled,
    finish,
    judge::{Judgement, Try},
    office::{AtWork, Office, Relay},
    record::{UnderWay, committed, suppress},
};
use crate::Service;

/// How long what was read about readers is good for: whoever leaves gets no mail that begins later than this.
const FRESH: Duration = Duration::from_millis(500);

/// One lane, and what it works for.
pub(super) struct Round<'a> {
    pub(super) service: &'a Service,
    pub(super) office: &'a Office,
    pub(super) relay: &'a Relay,
    pub(super) lease: &'a Lease,
    pub(super) mailing: MailingId,
    lane: Lane,
    _at_work: AtWork,
    wire: String,
    /// The last outcome, on its way to the disk.
    last: Option<UnderWay>,
    /// How many mails had an outcome since the last trouble.
    progress: u64,
}

/// Why a round ended before its window did.
#[derive(Debug)]
pub(super) enum Stop {
    /// The window is too old.
    Stale,
    /// The lease is over, or the process ends.
    Leaving,
    /// Nothing can be sent before a moment, for a reason.
    NotBefore(Millis, String),
    /// The relay asks for a person, in these words.
    Pause(String),
    /// The mailing is paused already.
    Paused,
}

impl<'a> Round<'a> {
    pub(super) fn new(
        (service, office, relay): (&'a Service, &'a Office, &'a Relay),
        lease: &'a Lease,
        mailing: MailingId,
        lane: Lane,
    ) -> Self {
        Self {
            service,
            office,
            relay,
            lease,
            mailing,
            lane,
            _at_work: office.at_work(),
            wire: String::new(),
            last: None,
            progress: 0,
        }
    }

    /// The lane, for whoever comes next.
    pub(super) fn into_lane(mut self) -> Lane {
        self.lane.abandon();
        self.lane
    }

    /// Sends what was read at `read_at`. Gives the last number that has an outcome, which is on disk, and why it went no
    /// further, if it did not.
    pub(super) async fn send(
        &mut self,
        window: &[Due],
        read_at: Instant,
    ) -> Result<(Option<i64>, Option<Stop>), DeliveryError> {
        let mut done = None;
        let mut stop = None;
        for (at, due) in window.iter().enumerate() {
            match self.send_one(due, window.get(at + 1), read_at).await {
                Ok(None) => done = Some(due.n),
                Ok(why) => {
                    stop = why;
                    break;
                }
                Err(error) => {
                    self.lane.abandon();
                    // What failed is about this mail; the one before may have left.
                    self.commit_last().await?;
                    return Err(error);
                }
            }
        }
        self.commit_last().await?;
        Ok((done, stop))
    }

    async fn send_one(
        &mut self,
        due: &Due,
        next: Option<&Due>,
        read_at: Instant,
    ) -> Result<Option<Stop>, DeliveryError> {
        let Some(address) = address_of(due)? else {
            if let Some(stop) = self.must_stop(read_at) {
                return Ok(Some(stop));
            }
            self.hand_over(self.attempt(due).withheld()).await?;
            return Ok(None);
        };
        if let Some(stop) = self.draw_allowance().await? {
            return Ok(Some(stop));
        }
        let stop = match self.must_stop(read_at) {
            Some(stop) => Some(stop),
            None => {
                // What is wrong with the next address is said when its turn comes.
                let next = next.filter(|_| self.may_go_ahead(read_at)).map(address_of);
                let next = next.and_then(Result::ok).flatten();
                self.send_to(due, &address, next.as_ref()).await?
            }
        };
        if stop.is_some() {
            self.relay.allowance.put_back();
        }
        Ok(stop)
    }

    /// Sends one mail, and hands over what came of it.
    async fn send_to(
        &mut self,
        due: &Due,
        address: &EmailAddress,
        next: Option<&EmailAddress>,
    ) -> Result<Option<Stop>, DeliveryError> {
        let (db, editions) = (&self.service.db, &self.office.editions);
        let compiled = editions.get(db, self.mailing, due.edition).await?;
        let result = self.exchange(&compiled, (address, next), due).await?;
        match result.map(|result| self.attempt(due).judge(result)) {
            None => Ok(Some(Stop::Leaving)),
            Some(Judgement::Pause(words)) => Ok(Some(Stop::Pause(words))),
            Some(Judgement::Policy { refused, words }) => {
                let goes_on = doubt(self.service, due, &refused, &words).await?;
                Ok((!goes_on).then_some(Stop::Paused))
            }
            Some(Judgement::Untouched(words)) => Ok(Some(self.trouble(words))),
            Some(Judgement::Outcome { tried, gone }) => {
                if gone {
                    suppress(self.service, self.mailing, due, address).await?;
                }
                self.progress += 1;
                self.hand_over(tried).await?;
                if self.office.note_success() {
                    finish::note(db, self.mailing, self.service.now(), None).await?;
                }
                Ok(None)
            }
        }
    }

    /// Carries one mail over the lane, and with it the envelope of the next. Its final dot waits until the last outcome is
    /// on disk. None when the lease was over by then.
    async fn exchange(
        &mut self,
        compiled: &Compiled,
        (to, next): (&EmailAddress, Option<&EmailAddress>),
        due: &Due,
    ) -> Result<Option<Result<domain::reply::Reply, SendError>>, DeliveryError> {
        if let Err(error) = self.lane.envelope(&compiled.from, to).await {
            return Ok(Some(Err(error)));
        }
        let recipient = Recipient {
            to,
            message_id: &message_id(self.mailing, due.n, &compiled.host),
            date: self.service.now(),
            links: Some(&Links {
                unsubscribe: self.service.links.unsubscribe(due.subscription),
                preferences: self.service.links.preferences(due.subscription),
            }),
        };
        compiled.template.fill(&recipient, &mut self.wire)?;
        let next = next.map(|next| (&compiled.from, next));
        let (office, lease, last) = (self.office, self.lease, self.last.take());
        let mut written = Ok(());
        let may_end = async {
            written = committed(office, lease, last).await;
            written.is_ok() && lease.is_held()
        };
        let answer = self.lane.content_held(&self.wire, next, may_end).await;
        written?;
        Ok(answer)
    }

    fn attempt<'d>(&self, due: &'d Due) -> Try<'d> {
        Try {
            mailing: self.mailing,
            relay: self.relay.id,
            due,
            at: self.service.now(),
        }
    }

    fn must_stop(&self, read_at: Instant) -> Option<Stop> {
        if !self.lease.is_held() || self.lease.stopping().is_cancelled() {
            Some(Stop::Leaving)
        } else if read_at.elapsed() >= FRESH {
            Some(Stop::Stale)
        } else {
            None
        }
    }

    /// Whether the next envelope may travel with this mail: its content will most likely follow soon. Where it does not,
    /// the envelope is given up with its connection, which would cost more than the round trip that it saves.
    fn may_go_ahead(&self, read_at: Instant) -> bool {
        self.relay.allowance.is_unlimited() && read_at.elapsed() < FRESH / 2
    }

    /// Waits for room within the relay's limits, if that comes within a second.
    async fn draw_allowance(&self) -> Result<Option<Stop>, DeliveryError> {
        for last in [false, true] {
            let Err(exhausted) = self.relay.allowance.take(&self.service.db).await? else {
                return Ok(None);
            };
            if exhausted.for_the_day {
                let words = format!(
                    "the mail provider's limit for a day is reached; going on at {}",
                    exhausted.until
                );
                return Ok(Some(Stop::NotBefore(exhausted.until, words)));
            }
            if last {
                return Ok(Some(Stop::NotBefore(exhausted.until, String::new())));
            }
            tokio::time::sleep(exhausted.until.since(self.service.now())).await;
        }
        Ok(None)
    }

    /// A connection that worked may simply be used up: the same lane goes on with a new one. One that never worked is
    /// tried again later.
    fn trouble(&mut self, words: String) -> Stop {
        if std::mem::take(&mut self.progress) > 0 {
            return Stop::Stale;
        }
        let again = self.office.note_trouble(self.service.now());
        tracing::warn!(mailing.id = %self.mailing, error = words, "the mail provider cannot be used right now");
        Stop::NotBefore(again, format!("the mail provider cannot be used right now: {words}"))
    }

    async fn hand_over(&mut self, tried: Tried) -> Result<(), DeliveryError> {
        self.commit_last().await?;
        self.last = Some(UnderWay::hand_over(self.office, tried).await?);
        Ok(())
    }

    async fn commit_last(&mut self) -> Result<(), DeliveryError> {
        let last = self.last.take();
        committed(self.office, self.lease, last).await
    }
}

/// Where a delivery goes; none when its reader must not be mailed.
fn address_of(due: &Due) -> Result<Option<EmailAddress>, DeliveryError> {
    let address = due.address.clone().filter(|_| due.wanted).map(EmailAddress::try_from);
    address.transpose().map_err(DeliveryError::Address)
}
