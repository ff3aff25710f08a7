//! A value that cannot be read is an error and never an empty one, on both engines.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use domain::SubscriberId;
use store::{
    Error,
    events::{self, About, Event, Origin, Subject},
    installation, subscribers,
};
use testkit::{TestDb, on_both_engines};

/// A subscriber of whom the log tells something.
async fn add_subscriber(test: &TestDb) -> SubscriberId {
    test.db
        .write(|mut tx| async move {
            let address = "ann@example.org".parse().unwrap();
            let id = subscribers::insert(&mut tx, &address, &[1; 32], "en", "test").await?;
            let event = Event::new("subscriber.change", Subject::Subscriber(id))
                .with(serde_json::json!({ "changed": ["name"] }));
            events::record(&mut tx, &Origin::system(), event).await?;
            Ok::<_, Error>(id)
        })
        .await
        .unwrap()
}

on_both_engines! {
    async fn what_is_known_of_somebody_is_an_object_or_an_error(test: TestDb) {
        let id = add_subscriber(&test).await;
        let read = || test.db.read(|mut tx| async move { subscribers::find(&mut tx, id).await });
        assert!(read().await.unwrap().unwrap().attributes.is_empty());

        for damage in ["update subscriber set attributes = '{\"city\":'", "update subscriber set attributes = '[1]'"] {
            test.execute(damage).await;
            assert!(matches!(read().await, Err(Error::Unreadable(_))), "{damage}");
        }
    }

    async fn what_a_line_of_the_log_tells_is_an_object_or_an_error(test: TestDb) {
        let id = add_subscriber(&test).await;
        let read = || test.db.read(|mut tx| async move { events::page(&mut tx, About::Subscriber(id), None, 9).await });
        assert_eq!(read().await.unwrap()[0].detail["changed"][0], "name");

        test.execute("update event set detail = 'x'").await;

        assert!(matches!(read().await, Err(Error::Unreadable(_))));
    }

    async fn a_moment_is_one_or_an_error(test: TestDb) {
        let now = test.clock.now();
        let read = || test.db.read(|mut tx| async move { installation::moment(&mut tx, "dawn").await });
        let before = read().await.unwrap();
        test.db.write(|mut tx| async move { installation::set_moment(&mut tx, "dawn", now).await }).await.unwrap();
        let written = read().await.unwrap();

        test.execute("update installation set value = 'early' where name = 'dawn'").await;

        assert_eq!((before, written), (None, Some(now)));
        assert!(matches!(read().await, Err(Error::Unreadable(reason)) if reason.contains("dawn")));
    }
}
