//! The clock that starts jobs: what comes round, and what has a time of its own.
//!
//! Nothing here remembers anything. Each kind of work keeps its next time in a row, and whoever is first to move that
//! time on enqueues the job in the same transaction; so any number of processes may look, and all may die.

use std::time::Duration;

use domain::Job;
use service::{Service, feeds, mailings};
use store::{Db, Error, jobs, jobs::When, schedules};

/// Work that comes round by itself: the schedule's name, its period, the job.
const RECURRING: &[(&str, Duration, Job)] = &[("purge", Duration::from_secs(86_400), Job::Purge)];

/// Enqueues everything that is due.
pub(crate) async fn tick(service: &Service) -> Result<(), Error> {
    // One that fails keeps none of the others from their turn.
    let results = [
        recurring(&service.db).await,
        feeds::settle_due(service).await,
        mailings::due_lists(service).await,
        mailings::approve_overdue(service).await,
        mailings::start_waiting(service).await,
        feeds::due_feeds(service).await,
    ];
    results.into_iter().collect()
}

async fn recurring(db: &Db) -> Result<(), Error> {
    let rows = db.read(|mut tx| async move { schedules::all(&mut tx).await }).await?;
    let now = db.clock().now();
    for (name, period, job) in RECURRING {
        let row = rows.iter().find(|row| row.name == *name);
        if row.is_some_and(|row| row.next_at > now) {
            continue;
        }
        let seen = row.map(|row| row.next_at);
        db.write(|mut tx| async move {
            let first = schedules::advance(&mut tx, name, seen, now + *period).await?;
            if first && seen.is_some() {
                jobs::enqueue(&mut tx, job, When::now().once(*name)).await?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use testkit::{TestDb, on_both_engines};

    use super::*;

    const PURGES: &str = "select count(*) from job where kind = 'purge'";

    on_both_engines! {
        async fn what_comes_round_is_enqueued_once_a_period_by_whoever_is_first(test: TestDb) {
            let other = test.another_process().await;
            for _ in 0..2 {
                recurring(&test.db).await.unwrap();
                recurring(&other).await.unwrap();
            }
            assert_eq!(test.number(PURGES).await, 0, "a new installation has nothing to purge");

            for round in 1..=3 {
                test.clock.advance(Duration::from_secs(86_400));
                let (one, two) = tokio::join!(recurring(&test.db), recurring(&other));
                one.unwrap();
                two.unwrap();
                assert_eq!(test.number(PURGES).await, 1, "round {round}");
                test.execute("delete from job").await;
            }
        }

        async fn a_purge_that_still_waits_is_not_enqueued_again(test: TestDb) {
            recurring(&test.db).await.unwrap();
            for _ in 0..3 {
                test.clock.advance(Duration::from_secs(86_400));
                recurring(&test.db).await.unwrap();
            }

            assert_eq!(test.number(PURGES).await, 1);
        }
    }
}
