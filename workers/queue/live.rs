//! The loans of this process: which jobs run here, under which leases.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::JobId;
use store::jobs::{Claimed, Lease};
use tokio::sync::OwnedSemaphorePermit;

/// All leases that must be renewed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Live(Arc<Mutex<HashMap<(JobId, i64), Lease>>>);

/// A claimed job with its lease, and with the slot that it takes up until its last clone is dropped. A loan that gets
/// lost on the way is not renewed for ever: its lease ends, and the job is taken over.
#[derive(Debug, Clone)]
pub(crate) struct Loan {
    pub(crate) claimed: Claimed,
    pub(crate) lease: Lease,
    _slot: Arc<Slot>,
}

#[derive(Debug)]
struct Slot {
    live: Live,
    key: (JobId, i64),
    _permit: OwnedSemaphorePermit,
}

impl Live {
    /// Keeps a lease until the loan is dropped.
    pub(crate) fn lend(&self, claimed: Claimed, lease: Lease, permit: OwnedSemaphorePermit) -> Loan {
        let key = (lease.job(), lease.epoch());
        self.lock().insert(key, lease.clone());
        let slot = Slot {
            live: self.clone(),
            key,
            _permit: permit,
        };
        Loan {
            claimed,
            lease,
            _slot: Arc::new(slot),
        }
    }

    /// The leases of now.
    pub(crate) fn leases(&self) -> Vec<Lease> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(JobId, i64), Lease>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.live.lock().remove(&self.key);
    }
}
