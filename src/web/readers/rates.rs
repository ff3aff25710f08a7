//! How many sign-ups a network and all networks together may send, before they are asked to wait.
//!
//! Limits are per network and never per address: an answer must not depend on what is known about an address.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{Extension, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Network;
use governor::{
    Quota, RateLimiter,
    clock::Clock as _,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed, keyed::HashMapStateStore},
};

use crate::web::{Client, WebError};

/// How many sign-ups a network may send at once, and then within a minute.
const PER_NETWORK: NonZeroU32 = NonZeroU32::new(60).expect("it is not zero");
/// How many sign-ups all networks together may send in a second.
const IN_ALL: NonZeroU32 = NonZeroU32::new(3000).expect("it is not zero");
/// After how many sign-ups the networks that have been quiet are forgotten.
const TIDY_AFTER: u64 = 10_000;

type PerNetwork = RateLimiter<Network, HashMapStateStore<Network>, Clock, NoOpMiddleware<Duration>>;
type InAll = RateLimiter<NotKeyed, InMemoryState, Clock, NoOpMiddleware<Duration>>;

/// The limits, cheap to clone.
#[derive(Clone)]
pub(super) struct Rates(Arc<Inner>);

struct Inner {
    clock: Clock,
    per_network: PerNetwork,
    in_all: InAll,
    seen: AtomicU64,
}

/// The house's clock as the limits read it.
#[derive(Debug, Clone)]
struct Clock(domain::Clock);

impl governor::clock::Clock for Clock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().get()).unwrap_or(0))
    }
}

impl Rates {
    pub(super) fn new(clock: domain::Clock) -> Self {
        let clock = Clock(clock);
        Self(Arc::new(Inner {
            per_network: RateLimiter::hashmap_with_clock(Quota::per_minute(PER_NETWORK), clock.clone()),
            in_all: RateLimiter::direct_with_clock(Quota::per_second(IN_ALL), clock.clone()),
            clock,
            seen: AtomicU64::new(0),
        }))
    }

    /// Lets a request pass, or says after how many seconds to come back. The machine itself is no network: what runs on
    /// it is the owner's.
    fn check(&self, client: &Client) -> Result<(), u64> {
        let inner = &self.0;
        if inner.seen.fetch_add(1, Ordering::Relaxed) % TIDY_AFTER == TIDY_AFTER - 1 {
            inner.per_network.retain_recent();
        }
        let now = inner.clock.now();
        let seconds = |wait: Duration| wait.as_secs() + 1;
        if !client.is_direct_and_local {
            let network = Network::of(client.address);
            let checked = inner.per_network.check_key(&network);
            checked.map_err(|not_until| seconds(not_until.wait_time_from(now)))?;
        }
        let checked = inner.in_all.check();
        checked.map_err(|not_until| seconds(not_until.wait_time_from(now)))
    }
}

/// Refuses what a network sends too much.
pub(super) async fn limit(
    State(rates): State<Rates>,
    Extension(client): Extension<Client>,
    request: Request,
    next: Next,
) -> Response {
    match rates.check(&client) {
        Ok(()) => next.run(request).await,
        Err(retry_after) => WebError::TooManyRequests { retry_after }.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> Client {
        Client {
            address: address.parse().unwrap(),
            is_direct_and_local: false,
        }
    }

    #[test]
    fn one_network_waits_while_another_does_not_and_a_minute_later_neither_does() {
        let clock = domain::Clock::fixed(1_000_000.into());
        let rates = Rates::new(clock.clone());

        let passed = (0..100).filter(|_| rates.check(&client("203.0.113.7")).is_ok()).count();

        assert_eq!(passed, 60);
        assert_eq!(rates.check(&client("203.0.113.200")), Err(2), "the same network");
        assert_eq!(rates.check(&client("198.51.100.7")), Ok(()));
        clock.advance(Duration::from_secs(60));
        assert_eq!(rates.check(&client("203.0.113.7")), Ok(()));
    }
}
