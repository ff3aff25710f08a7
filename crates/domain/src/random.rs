//! Where randomness comes from: the operating system in production, a seed in tests.
//!
//! The only file that may ask for randomness; `clippy.toml` bans the usual ways everywhere else.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use crate::Millis;

/// A source of random bytes, cheap to clone; clones draw from the same stream.
#[derive(Debug, Clone)]
pub struct Random(Arc<Mutex<Source>>);

#[derive(Debug)]
struct Source {
    generator: StdRng,
    /// The millisecond of the last UUID, and the 74 bits of it that are free.
    last: (u64, u128),
}

impl Random {
    /// A cryptographic generator seeded by the operating system.
    #[must_use]
    pub fn from_system() -> Self {
        Self::over(rand::make_rng())
    }

    /// A generator that gives the same stream for the same seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::over(StdRng::seed_from_u64(seed))
    }

    fn over(generator: StdRng) -> Self {
        let last = (0, 0);
        Self(Arc::new(Mutex::new(Source { generator, last })))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.lock().generator.fill_bytes(&mut bytes);
        bytes
    }

    /// A number below `bound`, uniformly; zero when `bound` is zero.
    #[must_use]
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            self.lock().generator.random_range(0..bound)
        }
    }

    /// A UUID version 7 (RFC 9562, section 5.7). Of one source, one that is made later sorts later unless `now` is more than
    /// a second before the moment in the one made before it.
    ///
    /// Within a millisecond, and while `now` is no further back than that, the moment stays and the random part counts up
    /// by a random step (section 6.2, method 2). After a longer step back ids follow the clock again: one that once stood
    /// far ahead must not date them for as long as it takes to catch up.
    #[must_use]
    pub fn uuid(&self, now: Millis) -> Uuid {
        let millis = u64::try_from(now.get()).unwrap_or(0);
        let mut source = self.lock();
        let mut bytes = [0; 10];
        source.generator.fill_bytes(&mut bytes);
        let (last_millis, last_free) = source.last;
        // Two tasks may also read the clock in one order and come here in the other.
        let millis = if last_millis > millis && last_millis - millis <= STEP_BACK {
            last_millis
        } else {
            millis
        };
        let free = if last_millis == millis {
            let [step @ .., _, _, _, _, _, _] = bytes;
            last_free + 1 + u128::from(u32::from_be_bytes(step))
        } else {
            // Half of the room is left to count up in: enough for 2^41 steps in a millisecond.
            bytes.iter().fold(0, |free, byte| free << 8 | u128::from(*byte)) & FIRST
        };
        source.last = (millis, free);
        uuid::Builder::from_unix_timestamp_millis(millis, &around_the_variant(free)).into_uuid()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Source> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// By how many milliseconds a clock may go back before ids go back with it.
const STEP_BACK: u64 = 1000;

/// The first UUID of a millisecond has at most this in its free bits.
const FIRST: u128 = (1 << 73) - 1;

/// Lays 74 bits out as the ten bytes that follow a UUID's time: 12 bits after the version, 62 after the variant.
fn around_the_variant(free: u128) -> [u8; 10] {
    let high = free >> 62 & 0xfff;
    let low = free & ((1 << 62) - 1);
    let [_, _, _, _, _, _, bytes @ ..] = (high << 64 | low).to_be_bytes();
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_are_made_later_sort_later_also_within_a_millisecond() {
        for seed in 0..20 {
            let random = Random::seeded(seed);
            let moments = [1_795_507_200_000, 1_795_507_200_001].map(Millis::from);

            let ids: Vec<Uuid> = moments
                .iter()
                .flat_map(|now| (0..500).map(|_| random.uuid(*now)).collect::<Vec<_>>())
                .collect();

            assert!(ids.is_sorted_by(|one, next| one < next), "seed {seed}");
            assert!(
                ids.iter()
                    .all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122)
            );
        }
    }

    #[test]
    fn an_id_made_after_the_clock_went_back_a_second_does_not_sort_earlier() {
        let random = Random::seeded(1);
        let moments = [10_000, 9_999, 9_000, 10_000, 9_500, 10_001].map(Millis::from);

        let ids = moments.map(|now| random.uuid(now));

        assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    }

    #[test]
    fn ids_follow_a_clock_that_stood_far_ahead_as_soon_as_it_is_set_right() {
        let random = Random::seeded(1);
        let (ahead, right) = (Millis::from(10_001), Millis::from(9_000));

        let (before, after) = (random.uuid(ahead), random.uuid(right));

        assert!(after < before);
        let moment = after.get_timestamp().expect("it is of version 7").to_unix();
        assert_eq!(moment, (9, 0));
    }

    #[test]
    fn ids_carry_over_from_one_half_to_the_other_in_order() {
        let below = around_the_variant((1 << 62) - 1);
        let above = around_the_variant(1 << 62);

        let id = |bytes| uuid::Builder::from_unix_timestamp_millis(1, &bytes).into_uuid();
        assert!(id(below) < id(above));
    }
}
