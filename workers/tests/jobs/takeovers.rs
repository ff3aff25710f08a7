//! Leases that end because their process does not renew them.

use std::time::Duration;

use domain::{Queue, WorkerId};
use store::jobs::{self, Claimed, MOST_TAKEOVERS, Reclaimed, When};
use testkit::{TestDb, on_both_engines};

use crate::support::{dead, enqueue, pending};

const LEASE: Duration = Duration::from_secs(30);

async fn claim(test: &TestDb, worker: WorkerId) -> Vec<Claimed> {
    let now = test.clock.now();
    test.db
        .claim(|mut tx| async move { jobs::claim(&mut tx, Queue::Feeds, 10, now, (worker, LEASE)).await })
        .await
        .unwrap()
}

async fn reclaim(test: &TestDb, worker: WorkerId) -> Reclaimed {
    let now = test.clock.now();
    test.db
        .claim(|mut tx| async move { jobs::reclaim(&mut tx, now, worker, LEASE).await })
        .await
        .unwrap()
}

fn worker(test: &TestDb) -> WorkerId {
    WorkerId::new(test.db.random(), test.clock.now())
}

on_both_engines! {
    async fn a_job_is_taken_over_when_its_lease_has_ended_and_not_before(test: TestDb) {
        enqueue(&test.db, When::now()).await;
        let (one, other) = (worker(&test), worker(&test));
        let first = claim(&test, one).await;

        test.clock.advance(LEASE);
        assert_eq!(reclaim(&test, other).await, Reclaimed::default());
        test.clock.advance(Duration::from_millis(1));
        assert_eq!(reclaim(&test, other).await, Reclaimed { pending: 1, dead: 0 });

        let second = claim(&test, other).await;
        assert_eq!((first[0].id, first[0].epoch), (second[0].id, second[0].epoch - 2));
        assert_eq!(second[0].attempts, 1, "what nobody finished is no attempt");
    }

    async fn a_process_is_slow_to_take_over_from_itself(test: TestDb) {
        enqueue(&test.db, When::now()).await;
        let worker = worker(&test);
        claim(&test, worker).await;

        test.clock.advance(LEASE * 2);
        assert_eq!(reclaim(&test, worker).await, Reclaimed::default());
        test.clock.advance(Duration::from_millis(1));
        assert_eq!(reclaim(&test, worker).await, Reclaimed { pending: 1, dead: 0 });
    }

    async fn a_job_that_kills_every_process_goes_dead(test: TestDb) {
        enqueue(&test.db, When::now()).await;

        for _ in 0..MOST_TAKEOVERS {
            claim(&test, worker(&test)).await;
            test.clock.advance(LEASE * 2);
            assert_eq!(reclaim(&test, worker(&test)).await, Reclaimed { pending: 1, dead: 0 });
        }
        claim(&test, worker(&test)).await;
        test.clock.advance(LEASE * 2);
        assert_eq!(reclaim(&test, worker(&test)).await, Reclaimed { pending: 0, dead: 1 });

        let dead = dead(&test).await;
        assert_eq!((dead[0].takeovers, dead[0].attempts), (MOST_TAKEOVERS + 1, 0));
        assert!(dead[0].error.as_deref().unwrap().starts_with("taken over too often"));
        assert_eq!(pending(&test).await, 0);
    }

    async fn a_lease_that_was_lost_is_not_renewed(test: TestDb) {
        enqueue(&test.db, When::now()).await;
        let first = claim(&test, worker(&test)).await;
        test.clock.advance(LEASE * 2);
        reclaim(&test, worker(&test)).await;
        let second = claim(&test, worker(&test)).await;

        let loans = [(first[0].id, first[0].epoch), (second[0].id, second[0].epoch)];
        let now = test.clock.now();
        for (loan, kept) in loans.into_iter().zip([0, 1]) {
            let renewed = test.db
                .claim(|mut tx| async move { jobs::renew(&mut tx, &[loan], now, LEASE).await })
                .await
                .unwrap();
            assert_eq!((renewed.prolonged.len(), renewed.busy.len()), (kept, 0));
        }
    }
}
