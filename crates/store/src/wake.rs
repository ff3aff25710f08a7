//! Telling the workers of this process that a job was committed, so that they need not wait for their next look.

use std::sync::Arc;

use domain::Queue;
use tokio::sync::Notify;

/// One bell for each queue, shared by all clones of a database.
#[derive(Debug, Clone)]
pub(crate) struct Wakeups(Arc<[Notify]>);

impl Wakeups {
    pub(crate) fn new() -> Self {
        Self(Queue::ALL.iter().map(|_| Notify::new()).collect())
    }

    /// Rings the bell: wakes one waiter, or the next to come.
    pub(crate) fn ring(&self, queue: Queue) {
        self.0[queue as usize].notify_one();
    }

    /// Waits until the bell rings.
    pub(crate) async fn heard(&self, queue: Queue) {
        self.0[queue as usize].notified().await;
    }
}
