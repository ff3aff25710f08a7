//! Where the time comes from: the system in production, a hand that tests move otherwise.
//!
//! The only file that may read the system's clock; `clippy.toml` bans it everywhere else.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::Millis;

/// A source of the current time, cheap to clone.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now` until it is moved; clones share the hand.
    #[must_use]
    pub fn fixed(now: Millis) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(now.get()))))
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Millis {
        match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is where the system's clock enters the program"
            )]
            Source::System => jiff::Timestamp::now().into(),
            Source::Fixed(hand) => hand.load(Ordering::SeqCst).into(),
        }
    }

    /// Moves a fixed clock forward and returns the new time.
    ///
    /// # Panics
    /// When this is the system's clock, which nobody can move.
    pub fn advance(&self, span: Duration) -> Millis {
        self.set(self.now() + span)
    }

    /// Sets a fixed clock and returns the new time.
    ///
    /// # Panics
    /// When this is the system's clock, which nobody can move.
    pub fn set(&self, now: Millis) -> Millis {
        match &self.0 {
            Source::System => panic!("the system's clock cannot be moved"),
            Source::Fixed(hand) => {
                hand.store(now.get(), Ordering::SeqCst);
                now
            }
        }
    }
}
