//! What a transaction promises, on both engines.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use domain::{FeedId, Job};
use store::{Error, Tx, jobs};
use testkit::{TestDb, on_both_engines};

async fn count_jobs(test: &TestDb) -> i64 {
    test.db
        .read(|mut tx| async move { jobs::count_pending(&mut tx).await })
        .await
        .unwrap()
}

fn job(tx: &Tx) -> Job {
    Job::PollFeed {
        feed: tx.id::<FeedId>(),
    }
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("on purpose")]
    OnPurpose,
    #[error(transparent)]
    Store(#[from] Error),
}

on_both_engines! {
    async fn what_a_closure_wrote_is_gone_when_it_fails(test: TestDb) {
        let result = test.db.write(|mut tx| async move {
            let job = job(&tx);
            jobs::enqueue(&mut tx, &job, jobs::When::now()).await?;
            Err::<(), _>(Refusal::OnPurpose)
        }).await;

        assert!(matches!(result, Err(Refusal::OnPurpose)));
        assert_eq!(count_jobs(&test).await, 0);
    }

    async fn concurrent_use_cases_are_repeated_until_they_fit_together(test: TestDb) {
        let writers = (0..8).map(|_| {
            let db = test.db.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    db.write(|mut tx| async move {
                        let before = jobs::count_pending(&mut tx).await?;
                        let job = job(&tx);
                        let when = jobs::When::now().once(format!("job {before}"));
                        let id = jobs::enqueue(&mut tx, &job, when).await?;
                        assert!(id.is_some(), "two transactions counted the same jobs");
                        Ok::<_, Error>(())
                    }).await.unwrap();
                }
            })
        }).collect::<Vec<_>>();
        for writer in writers {
            writer.await.unwrap();
        }

        assert_eq!(count_jobs(&test).await, 40);
    }

    async fn a_dedupe_key_lets_one_job_through(test: TestDb) {
        let enqueued = test.db.write(|mut tx| async move {
            let job = job(&tx);
            let first = jobs::enqueue(&mut tx, &job, jobs::When::now().once("look")).await?;
            let second = jobs::enqueue(&mut tx, &job, jobs::When::now().once("look")).await?;
            Ok::<_, Error>((first.is_some(), second.is_some()))
        }).await.unwrap();

        assert_eq!(enqueued, (true, false));
        assert_eq!(count_jobs(&test).await, 1);
    }
}
