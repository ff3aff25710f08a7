//! What a batch promises to those who share it, on both engines.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::sync::{Arc, Mutex};

use domain::EmailAddress;
use store::{Batcher, Error, Flush, Tx, subscribers};
use testkit::{TestDb, on_both_engines};

/// Adds subscribers by their addresses, of which no two may be the same, and notes how many each transaction was to add.
#[derive(Clone, Default)]
struct AddSubscribers {
    asked: Arc<Mutex<Vec<usize>>>,
    /// After how many transactions the database is away.
    away_after: Option<usize>,
    enough: usize,
}

impl Flush for AddSubscribers {
    type Item = EmailAddress;
    type Answer = ();

    fn enough(&self) -> usize {
        self.enough
    }

    async fn flush(&self, tx: &mut Tx, items: &[EmailAddress]) -> Result<Vec<()>, Error> {
        let before = self.asked.lock().unwrap().len();
        self.asked.lock().unwrap().push(items.len());
        if self.away_after.is_some_and(|after| before >= after) {
            return Err(Error::Unavailable(sqlx::Error::PoolTimedOut));
        }
        for (place, address) in items.iter().enumerate() {
            let hash = [u8::try_from(place).unwrap(); 32];
            subscribers::insert(tx, address, &hash, "en", "test").await?;
        }
        Ok(vec![(); items.len()])
    }
}

/// Adds these in one batch: what each of them is told.
async fn add(test: &TestDb, flush: &AddSubscribers, addresses: &[&str]) -> Vec<Result<(), Arc<Error>>> {
    let batcher = Batcher::start(test.db.clone(), flush.clone());
    let mut handed = Vec::new();
    for address in addresses {
        handed.push(batcher.hand_over(address.parse().unwrap()).await.unwrap());
    }
    let mut told = Vec::new();
    for each in handed {
        told.push(each.committed().await);
    }
    told
}

async fn count(test: &TestDb) -> i64 {
    test.number("select count(*) from subscriber").await
}

on_both_engines! {
    async fn what_the_database_refuses_of_a_batch_fails_alone(test: TestDb) {
        let flush = AddSubscribers::default();

        let told = add(&test, &flush, &["ann@example.org", "bob@example.org", "ann@example.org", "cleo@example.org"]).await;

        assert!(told[2].as_ref().is_err_and(|error| matches!(**error, Error::Taken(_))), "{told:?}");
        assert_eq!([0, 1, 3].map(|place| told[place].is_ok()), [true; 3], "{told:?}");
        assert_eq!(count(&test).await, 3);
        assert_eq!(*flush.asked.lock().unwrap(), [4, 1, 1, 1, 1]);
    }

    async fn a_batch_waits_for_a_database_that_is_away_once_and_not_for_each_of_its_items(test: TestDb) {
        let flush = AddSubscribers { away_after: Some(0), ..AddSubscribers::default() };

        let told = add(&test, &flush, &["ann@example.org", "bob@example.org"]).await;

        assert!(told.iter().all(Result::is_err), "{told:?}");
        assert_eq!(*flush.asked.lock().unwrap(), [2]);
    }

    async fn a_database_that_goes_away_among_the_items_of_a_refused_batch_is_waited_for_once(test: TestDb) {
        let flush = AddSubscribers { away_after: Some(2), ..AddSubscribers::default() };

        let told = add(&test, &flush, &["ann@example.org", "ann@example.org", "bob@example.org", "cleo@example.org"]).await;

        assert!(told[0].is_ok() && told[1..].iter().all(Result::is_err), "{told:?}");
        assert_eq!(*flush.asked.lock().unwrap(), [4, 1, 1]);
    }

    async fn a_batch_that_is_too_small_waits_for_more(test: TestDb) {
        let flush = AddSubscribers { enough: 2, ..AddSubscribers::default() };
        let batcher = Batcher::start(test.db.clone(), flush.clone());

        let ann = batcher.hand_over("ann@example.org".parse().unwrap()).await.unwrap();
        // Now the batcher has it.
        tokio::task::yield_now().await;
        let bob = batcher.hand_over("bob@example.org".parse().unwrap()).await.unwrap();
        ann.committed().await.unwrap();
        bob.committed().await.unwrap();

        assert_eq!(*flush.asked.lock().unwrap(), [2]);
    }

    async fn a_batch_for_which_too_few_come_is_written_all_the_same(test: TestDb) {
        let flush = AddSubscribers { enough: 1000, ..AddSubscribers::default() };

        let told = add(&test, &flush, &["ann@example.org", "bob@example.org"]).await;

        assert!(told.iter().all(Result::is_ok), "{told:?}");
        assert_eq!(*flush.asked.lock().unwrap(), [2]);
    }
}
