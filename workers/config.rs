//! How much this process takes on.

use std::time::Duration;

use domain::Queue;

/// How many jobs of each queue run at once in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// Addresses left on forms.
    pub sign_ups: usize,
    /// Single mails.
    pub messages: usize,
    /// Feeds.
    pub feeds: usize,
    /// Mailings in the making.
    pub mailings: usize,
    /// Chunks of mailings.
    pub deliveries: usize,
    /// Cleaning up.
    pub upkeep: usize,
}

/// The workers' settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkersConfig {
    /// How many jobs run at once.
    pub slots: Slots,
    /// How long after a process died its jobs are taken over. Leases are renewed four times as often.
    pub lease: Duration,
    /// How long a job of another process, or one whose time has come, may wait to be seen.
    pub poll: Duration,
    /// How often the clock is looked at for schedules, feeds and mailings that are due.
    pub tick: Duration,
    /// How long running jobs may go on after the process was asked to end; then they are given back.
    pub grace: Duration,
    /// How far this machine's clock may be from the database server's.
    pub clock_offset: Duration,
}

impl Slots {
    /// The number for a queue.
    #[must_use]
    pub const fn of(&self, queue: Queue) -> usize {
        match queue {
            Queue::SignUps => self.sign_ups,
            Queue::Messages => self.messages,
            Queue::Feeds => self.feeds,
            Queue::Mailings => self.mailings,
            Queue::Deliveries => self.deliveries,
            Queue::Upkeep => self.upkeep,
        }
    }
}

impl Default for Slots {
    fn default() -> Self {
        Self {
            sign_ups: 32,
            messages: 4,
            feeds: 8,
            mailings: 2,
            deliveries: 4,
            upkeep: 1,
        }
    }
}

impl Default for WorkersConfig {
    fn default() -> Self {
        Self {
            slots: Slots::default(),
            lease: Duration::from_secs(30),
            poll: Duration::from_millis(200),
            tick: Duration::from_millis(500),
            grace: Duration::from_secs(20),
            clock_offset: Duration::from_secs(2),
        }
    }
}
