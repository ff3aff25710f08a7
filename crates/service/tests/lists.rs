//! Lists as their admins make and change them, on both engines.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod support;

use domain::{EmailAddress, Label, Language, ListId, ListKey, Zone, rules::Rules};
use service::{
    Service,
    lists::{self, ListError, Missing},
};
use store::{
    events::{Actor, Origin},
    lists::Settings,
    senders::Sender,
};
use testkit::{TestDb, on_both_engines};
use url::Url;

use support::service;

fn admin() -> Origin {
    Origin {
        actor: Actor::CommandLine,
        address: None,
    }
}

fn key() -> ListKey {
    ListKey::parse("wellness").unwrap()
}

/// The paces of a list with their next slots.
async fn slots(service: &Service, list: ListId) -> Vec<String> {
    let paces = service
        .db
        .read(|mut tx| async move { store::paces::of_list(&mut tx, list).await });
    let shown = paces.await.unwrap().into_iter().map(|pace| {
        let slot = pace
            .next_slot
            .zip(pace.next_at)
            .map(|(date, at)| format!("{date}, {at}"));
        format!(
            "{}: {}",
            pace.cadence.spelling(),
            slot.unwrap_or_else(|| "no slot".to_owned())
        )
    });
    shown.collect()
}

fn bare() -> Settings {
    Settings {
        name: Label::parse("Wellness blog, internal").unwrap(),
        public_name: Label::parse("Elm Street Wellness").unwrap(),
        sender: None,
        postal_address: None,
        zone: None,
        privacy_url: None,
        blog_url: None,
        language: Language::english(),
        cadence: "daily 09:00".parse().unwrap(),
        rules: Rules::default(),
    }
}

fn complete() -> Settings {
    Settings {
        sender: Some(Sender {
            name: Label::parse("Élise at Elm Street").unwrap(),
            address: EmailAddress::parse("hello@example.org").unwrap(),
            reply_to: Some(EmailAddress::parse("desk@example.org").unwrap()),
        }),
        postal_address: Some("1 Elm Street\nSpringfield".to_owned()),
        zone: Some(Zone::parse("Europe/Paris").unwrap()),
        privacy_url: Some(Url::parse("https://example.org/privacy").unwrap()),
        blog_url: Some(Url::parse("https://example.org/blog").unwrap()),
        ..bare()
    }
}

on_both_engines! {
    async fn a_list_is_found_again_with_all_its_settings(test: TestDb) {
        let service = service(&test).await;

        let made = lists::create(&service, &admin(), &key(), &complete()).await.unwrap();

        assert_eq!(lists::by_key(&service, &key()).await.unwrap(), made);
        assert_eq!(lists::by_id(&service, made.id).await.unwrap(), made);
        assert_eq!(lists::page(&service, None, 10).await.unwrap(), std::slice::from_ref(&made));
        assert_eq!(made.settings, complete());
        assert_eq!(lists::missing(&made.settings), []);
    }

    async fn a_list_says_what_it_lacks_before_it_can_be_mailed(test: TestDb) {
        let made = lists::create(&service(&test).await, &admin(), &key(), &bare()).await.unwrap();

        assert_eq!(lists::missing(&made.settings), [Missing::Sender, Missing::PostalAddress, Missing::Zone]);
        assert_eq!(lists::next_dates(&made, test.clock.now()), []);
    }

    async fn a_daily_list_is_due_at_its_hour_in_its_zone(test: TestDb) {
        let service = service(&test).await;
        let made = lists::create(&service, &admin(), &key(), &complete()).await.unwrap();

        // The clock says 08:00 UTC, which is 09:00 in Paris: today's slot is not after now.
        assert_eq!(slots(&service, made.id).await, ["daily 09:00: 2026-11-25, 2026-11-25T08:00:00Z"]);
    }

    async fn another_cadence_moves_the_list_on_the_calendar(test: TestDb) {
        let service = service(&test).await;
        let made = lists::create(&service, &admin(), &key(), &complete()).await.unwrap();

        let weekly = Settings { cadence: "weekly mon,fri 10:00".parse().unwrap(), ..complete() };
        let weekly = lists::change(&service, &admin(), made.id, made.version, &weekly).await.unwrap();
        assert_eq!(slots(&service, made.id).await, ["weekly mon,fri 10:00: 2026-11-27, 2026-11-27T09:00:00Z"]);

        let instant = Settings { cadence: "instant".parse().unwrap(), ..complete() };
        lists::change(&service, &admin(), made.id, weekly.version, &instant).await.unwrap();
        assert_eq!(slots(&service, made.id).await, ["instant: no slot"]);
    }

    async fn every_cadence_that_readers_may_choose_has_its_own_slots(test: TestDb) {
        let service = service(&test).await;
        let rules = Rules {
            choices: vec!["instant".parse().unwrap(), "monthly last 18:00".parse().unwrap()],
            ..Rules::default()
        };
        let made = lists::create(&service, &admin(), &key(), &Settings { rules, ..complete() }).await.unwrap();

        assert_eq!(slots(&service, made.id).await, [
            "daily 09:00: 2026-11-25, 2026-11-25T08:00:00Z",
            "instant: no slot",
            "monthly last 18:00: 2026-11-30, 2026-11-30T17:00:00Z",
        ]);
    }

    async fn a_list_says_on_which_days_it_is_mailed_next(test: TestDb) {
        let service = service(&test).await;
        let twice = Settings { cadence: "weekly mon,thu 09:00".parse().unwrap(), ..complete() };
        let made = lists::create(&service, &admin(), &key(), &twice).await.unwrap();

        let dates = lists::next_dates(&made, service.now());

        let shown: Vec<String> = dates.iter().map(|date| date.strftime("%a %F %H:%M %:z").to_string()).collect();
        assert_eq!(shown, [
            "Thu 2026-11-26 09:00 +01:00",
            "Mon 2026-11-30 09:00 +01:00",
            "Thu 2026-12-03 09:00 +01:00",
            "Mon 2026-12-07 09:00 +01:00",
            "Thu 2026-12-10 09:00 +01:00",
        ]);
        let archived = lists::archive(&service, &admin(), made.id).await.unwrap();
        assert_eq!(lists::next_dates(&archived, service.now()), []);
    }

    async fn a_change_made_from_an_older_version_is_refused(test: TestDb) {
        let service = service(&test).await;
        let made = lists::create(&service, &admin(), &key(), &bare()).await.unwrap();
        lists::change(&service, &admin(), made.id, made.version, &complete()).await.unwrap();

        let late = lists::change(&service, &admin(), made.id, made.version, &bare()).await;

        assert!(matches!(late, Err(ListError::Stale)));
        assert_eq!(lists::by_id(&service, made.id).await.unwrap().settings, complete());
    }

    async fn a_short_name_is_given_once_even_after_its_list_was_archived(test: TestDb) {
        let service = service(&test).await;
        let made = lists::create(&service, &admin(), &key(), &complete()).await.unwrap();

        let archived = lists::archive(&service, &admin(), made.id).await.unwrap();
        let again = lists::create(&service, &admin(), &key(), &bare()).await;

        assert!(archived.archived_at.is_some());
        assert_eq!(slots(&service, made.id).await, ["daily 09:00: no slot"]);
        assert!(matches!(again, Err(ListError::KeyTaken(_))));
        assert_eq!(lists::page(&service, None, 10).await.unwrap(), []);
    }

    async fn settings_that_make_no_sense_are_refused(test: TestDb) {
        let service = service(&test).await;
        let script = Settings { blog_url: Some(Url::parse("javascript:alert(1)").unwrap()), ..bare() };
        let blank = Settings { postal_address: Some(" \n".to_owned()), ..bare() };

        let script = lists::create(&service, &admin(), &key(), &script).await;
        let blank = lists::create(&service, &admin(), &key(), &blank).await;

        assert!(matches!(script, Err(ListError::NotAWebPage { field: "blog_url", .. })));
        assert!(matches!(blank, Err(ListError::PostalAddress)));
    }
}
