//! The connections to the provider that are kept open for single mails.

use mail::{Lane, Provider};
use tokio::sync::{Mutex, MutexGuard};

/// How many single mails are under way at once.
const LANES: usize = 2;

/// A few lanes; a mail takes one from its envelope until its outcome is on disk.
#[derive(Debug)]
pub struct Lanes {
    lanes: Vec<Mutex<Lane>>,
}

impl Lanes {
    /// Lanes to a provider; none where there is none.
    #[must_use]
    pub fn new(provider: Option<&Provider>) -> Self {
        let lanes = provider
            .into_iter()
            .flat_map(|provider| (0..LANES).map(|_| Mutex::new(provider.lane())));
        Self { lanes: lanes.collect() }
    }

    /// A lane of one's own, as soon as one is free; which one chance decides, so that waiters spread. None where there
    /// is no provider.
    pub(super) async fn take(&self, chance: u64) -> Option<MutexGuard<'_, Lane>> {
        for lane in &self.lanes {
            if let Ok(lane) = lane.try_lock() {
                return Some(lane);
            }
        }
        let count = u64::try_from(self.lanes.len()).unwrap_or(u64::MAX);
        let index = usize::try_from(chance.checked_rem(count)?).ok()?;
        Some(self.lanes.get(index)?.lock().await)
    }
}
