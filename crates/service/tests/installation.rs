//! Which processes may work on a database, on both engines.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use domain::{Keys, Random};
use service::installation::{KeysMismatch, check_keys, has_keys};
use testkit::{TestDb, on_both_engines};

fn keys(seed: u64) -> Keys {
    Keys::generate(&Random::seeded(seed))
}

fn with_a_second(first: &Keys) -> Keys {
    Keys::parse(&(first.expose() + &keys(2).expose().replacen("1:", "2:", 1))).unwrap()
}

on_both_engines! {
    async fn the_first_keys_are_remembered_and_others_refused(test: TestDb) {
        assert!(!has_keys(&test.db).await.unwrap());

        check_keys(&test.db, &keys(1)).await.unwrap();
        let same = check_keys(&test.db, &keys(1)).await;
        let other = check_keys(&test.db, &keys(7)).await;

        assert!(has_keys(&test.db).await.unwrap());
        assert!(same.is_ok());
        assert!(matches!(other, Err(KeysMismatch::Different(1))));
    }

    async fn a_key_may_be_added_but_not_taken_away(test: TestDb) {
        check_keys(&test.db, &keys(1)).await.unwrap();

        let added = check_keys(&test.db, &with_a_second(&keys(1))).await;
        let taken_away = check_keys(&test.db, &keys(1)).await;

        assert!(added.is_ok());
        assert!(matches!(taken_away, Err(KeysMismatch::Lacking(2))));
    }
}
