//! How long a failed job waits.

use std::time::Duration;

use domain::Random;

/// The wait after the first failure.
const FIRST: Duration = Duration::from_secs(2);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(3600);

/// The wait after attempt number `attempt` (from 1) failed: four times as long each time, up to an hour, and a random
/// share of up to a half less, so that jobs that failed together do not come back together.
pub(crate) fn backoff(attempt: i64, random: &Random) -> Duration {
    let power = u32::try_from(attempt - 1).unwrap_or(0).min(16);
    let wait = FIRST.saturating_mul(4_u32.saturating_pow(power)).min(LONGEST);
    let millis = u64::try_from(wait.as_millis()).expect("an hour is few milliseconds");
    Duration::from_millis(millis - random.below(millis / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_below_an_hour() {
        let random = Random::seeded(7);

        for (attempt, longest) in [
            (1, 2),
            (2, 8),
            (3, 32),
            (4, 128),
            (5, 512),
            (6, 2048),
            (7, 3600),
            (20, 3600),
        ] {
            let wait = backoff(attempt, &random);

            let longest = Duration::from_secs(longest);
            assert!(longest / 2 < wait && wait <= longest, "{attempt}: {wait:?}");
        }
    }
}
