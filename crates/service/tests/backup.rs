//! What a backup brings back, and in which state.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod support;

use domain::{Clock, Random, mailing::State};
use service::backup::{self, BackupError};
use store::{Db, Options};
use testkit::TestDb;

use support::service;

/// A mailing under way and one that is over.
async fn add_mailings(test: &TestDb) {
    test.execute(
        "insert into list (id, key, name, public_name, language, cadence, rules, created_at, version)
         values (x'00000000000000000000000000000001', 'blog', 'Blog', 'Blog', 'en', 'instant', '{}', 0, 1)",
    )
    .await;
    test.execute(
        "insert into mailing (id, list_id, kind, occasion, cadence, slot, also_slower, again, state, requested_by, created_at, send_at, frozen_at,
                              candidates, deliveries, excluded, next_n, accepted, deferred, refused, uncertain,
                              withheld, expired, cancelled, touched_at, finished_at, version)
         values (x'00000000000000000000000000000002', x'00000000000000000000000000000001', 'announcement', 'instant',
                 'instant', 'a', 0, 0, 'sending', 'system', 0, 0, 0, 9, 9, 0, 5, 4, 0, 0, 0, 0, 0, 0, 0, null, 1),
                (x'00000000000000000000000000000003', x'00000000000000000000000000000001', 'announcement', 'instant',
                 'instant', 'b', 0, 0, 'settled', 'system', 0, 0, 0, 9, 9, 0, 10, 9, 0, 0, 0, 0, 0, 0, 0, 1, 1)",
    )
    .await;
}

async fn open(file: &std::path::Path) -> Db {
    let options = Options {
        url: format!("sqlite:{}", file.display()),
        postgres_connections: 1,
    };
    Db::open(&options, Clock::system(), Random::seeded(4)).await.unwrap()
}

#[tokio::test]
async fn a_restored_mailing_that_was_under_way_is_paused_and_says_why() {
    let test = TestDb::sqlite().await;
    let original = service(&test).await;
    add_mailings(&test).await;
    let file = test.folder.path().join("backup.db");

    backup::write(&original, &file).await.unwrap();
    let copy = open(&file).await;
    let keys = backup::unpack(&copy).await.unwrap();

    let mut found = copy
        .read(|mut tx| async move { store::mailings::page(&mut tx, None, None, 10).await })
        .await
        .unwrap();
    found.sort_by_key(|mailing| mailing.id);
    assert_eq!(keys.fingerprints(), original.keys.fingerprints());
    assert_eq!(
        (found[0].state, found[0].resumes_as),
        (State::Paused, Some(State::Sending))
    );
    assert!(
        found[0]
            .reason
            .as_deref()
            .unwrap()
            .starts_with("Restored from a backup")
    );
    assert_eq!((found[1].state, found[1].resumes_as), (State::Settled, None));
}

#[tokio::test]
async fn the_original_never_holds_the_keys_and_is_no_backup() {
    let test = TestDb::sqlite().await;
    let original = service(&test).await;

    backup::write(&original, &test.folder.path().join("backup.db"))
        .await
        .unwrap();
    let result = backup::unpack(&original.db).await;

    assert!(matches!(result, Err(BackupError::NotABackup)));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: run scripts/test"]
async fn postgres_is_left_to_its_own_tools() {
    let test = TestDb::postgres().await;
    let file = test.folder.path().join("backup.db");

    let result = backup::write(&service(&test).await, &file).await;

    assert!(matches!(result, Err(BackupError::Postgres)));
    assert!(!file.exists() && std::fs::read_dir(test.folder.path()).unwrap().count() == 0);
}
