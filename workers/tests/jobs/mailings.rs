//! All jobs of a mailing at once.

use std::time::Duration;

use domain::{Job, MailingId};
use store::{
    Error,
    jobs::{self, When},
};
use testkit::{TestDb, on_both_engines};
use workers::{Outcome, drain_with};

use crate::support::{by, pending};

async fn enqueue_chunks(test: &TestDb, mailing: MailingId, count: i64) {
    test.db
        .write(|mut tx| async move {
            let later = tx.now() + Duration::from_secs(3600);
            for n in 0..count {
                let (from, to) = (n * 100 + 1, n * 100 + 100);
                let job = Job::RetryChunk { mailing, from, to };
                jobs::enqueue(&mut tx, &job, When::at(later)).await?;
            }
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
}

fn mailing(test: &TestDb) -> MailingId {
    MailingId::new(test.db.random(), test.clock.now())
}

on_both_engines! {
    async fn waking_a_mailing_lets_its_jobs_run_now_and_no_others(test: TestDb) {
        let (woken, other) = (mailing(&test), mailing(&test));
        enqueue_chunks(&test, woken, 3).await;
        enqueue_chunks(&test, other, 2).await;

        let count = test.db.write(|mut tx| async move { jobs::wake_mailing(&mut tx, woken).await }).await.unwrap();

        assert_eq!(count, 3);
        let work = by(|_, _| async { Ok(Outcome::Done) });
        assert_eq!(drain_with(&test.db, &work).await.unwrap(), 3);
        assert_eq!(pending(&test).await, 2);
    }
}
