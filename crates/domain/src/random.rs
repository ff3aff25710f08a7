//! Where randomness comes from: the operating system in production, a seed in tests.
//!
//! The only file that may ask for randomness; `clippy.toml` bans the usual ways everywhere else.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use crate::Millis;

/// A source of random bytes, cheap to clone; clones draw from the same stream.
#[derive(Debug, Clone)]
pub struct Random(Arc<Mutex<StdRng>>);

impl Random {
    /// A cryptographic generator seeded by the operating system.
    #[must_use]
    pub fn from_system() -> Self {
        Self(Arc::new(Mutex::new(rand::make_rng())))
    }

    /// A generator that gives the same stream for the same seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.lock().fill_bytes(&mut bytes);
        bytes
    }

    /// A number below `bound`, uniformly; zero when `bound` is zero.
    #[must_use]
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            self.lock().random_range(0..bound)
        }
    }

    /// A UUID version 7 (RFC 9562, section 5.7): ids made later sort later, to the millisecond.
    #[must_use]
    pub fn uuid(&self, now: Millis) -> Uuid {
        let millis = u64::try_from(now.get()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, StdRng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
