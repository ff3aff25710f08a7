//! What all chunks of this process share: the relay, its lanes, and the outcomes on their way to the disk.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{
    Millis, RelayId,
    limits::{Claimant, Limits},
};
use mail::{Lane, Provider};
use store::{
    Batcher, Db,
    deliveries::Outcomes,
    relays::{self, Draw},
};
use tokio::sync::OnceCell;

use super::{allowance::Allowance, editions::Editions};
use crate::Settings;

/// How soon a relay that cannot be reached is tried again, at first and at most.
const TRY_AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// The part of the service that sends mailings.
#[derive(Debug)]
pub struct Office {
    pub(super) outcomes: Batcher<Outcomes>,
    pub(super) editions: Editions,
    provider: Option<Provider>,
    limits: Limits,
    lanes: usize,
    relay: OnceCell<Relay>,
    idle: Mutex<Vec<Lane>>,
    at_work: Arc<AtomicUsize>,
    /// Since when the relay cannot be reached.
    trouble: Mutex<Option<Millis>>,
}

/// Counts a lane as one at work for as long as it lives.
#[derive(Debug)]
pub(super) struct AtWork(Arc<AtomicUsize>);

/// The relay as all processes share it.
#[derive(Debug)]
pub(super) struct Relay {
    pub(super) id: RelayId,
    pub(super) allowance: Allowance,
}

impl Office {
    /// Opens the office; nothing is sent yet.
    pub(crate) fn open(db: &Db, settings: &Settings) -> Self {
        let at_work = Arc::<AtomicUsize>::default();
        let outcomes = Outcomes { lanes: at_work.clone() };
        Self {
            outcomes: Batcher::start(db.clone(), outcomes),
            editions: Editions::default(),
            provider: settings.provider.clone(),
            limits: Limits {
                per_second: settings.per_second.map(i64::from),
                per_day: settings.per_day.map(i64::from),
            },
            lanes: settings.lanes.max(1),
            relay: OnceCell::new(),
            idle: Mutex::default(),
            at_work,
            trouble: Mutex::default(),
        }
    }

    /// Whether there is a provider to send through.
    pub(crate) fn has_provider(&self) -> bool {
        self.provider.is_some()
    }

    /// How many chunks of a mailing are queued at most.
    pub(crate) fn lanes(&self) -> i64 {
        i64::try_from(self.lanes).unwrap_or(i64::MAX)
    }

    /// The relay's row, made where it is not there; none without a provider.
    pub(super) async fn relay(&self, db: &Db) -> Result<Option<&Relay>, store::Error> {
        let Some(provider) = &self.provider else {
            return Ok(None);
        };
        let (name, kind) = match provider {
            Provider::Smtp(relay) => (relay.address(), "smtp"),
            Provider::Catch(_) => ("catch:".to_owned(), "catch"),
        };
        let (name, limits) = (name.as_str(), self.limits);
        let relay = self
            .relay
            .get_or_try_init(|| async {
                let id = db
                    .write(|mut tx| async move { relays::ensure(&mut tx, name, kind, limits).await })
                    .await?;
                let allowance = Allowance::new(id, limits);
                Ok::<_, store::Error>(Relay { id, allowance })
            })
            .await?;
        Ok(Some(relay))
    }

    /// Takes room for one mail that is not a mailing's: the relay that it goes to, or the moment before which there is
    /// no room. None without a provider.
    pub(crate) async fn admit_single(&self, db: &Db) -> Result<Option<Result<RelayId, Millis>>, store::Error> {
        let Some(relay) = self.relay(db).await?.map(|relay| relay.id) else {
            return Ok(None);
        };
        if self.limits == Limits::default() {
            return Ok(Some(Ok(relay)));
        }
        let draw = db
            .claim(|mut tx| async move { relays::draw(&mut tx, relay, Claimant::Single, 1).await })
            .await?;
        Ok(Some(match draw {
            Draw::Granted(_) => Ok(relay),
            Draw::Exhausted { until, .. } => Err(until),
        }))
    }

    /// A lane, if possible one that is connected already; none without a provider.
    pub(super) fn take_lane(&self) -> Option<Lane> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.or_else(|| self.provider.as_ref().map(Provider::lane))
    }

    /// One lane more is at work.
    pub(super) fn at_work(&self) -> AtWork {
        self.at_work.fetch_add(1, Ordering::Relaxed);
        AtWork(self.at_work.clone())
    }

    /// Keeps a lane for the next chunk.
    pub(super) fn give_back(&self, lane: Lane) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.lanes {
            idle.push(lane);
        }
    }

    /// Notes that the relay cannot be reached, and says when to try again: later the longer this lasts, so that no count
    /// has to be kept.
    pub(super) fn note_trouble(&self, now: Millis) -> Millis {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let lasted = now.since(*trouble.get_or_insert(now));
        now + lasted.clamp(TRY_AGAIN.0, TRY_AGAIN.1)
    }

    /// Notes that the relay answers; true when it did not before.
    pub(super) fn note_success(&self) -> bool {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.take().is_some()
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
