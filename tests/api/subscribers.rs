//! People over the API.

use serde_json::{Value, json};
use service::readers;
use store::events::{Actor, Origin};
use testkit::on_both_engines;

use super::{Api, As, client::Answer};

async fn add(api: &Api, more: Value) -> Answer {
    let mut new = json!({ "address": "ann@example.org", "list": "blog" });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.post(As::Admin, "/subscribers", new).await
}

async fn look(api: &Api, id: &str) -> Value {
    api.get(As::Admin, &format!("/subscribers/{id}")).await.json()
}

on_both_engines! {
    async fn an_admin_who_vouches_puts_somebody_on_a_list_at_once_and_without_mail(api: Api) {
        let added = add(&api, json!({ "name": "Ann", "attributes": { "city": "Oslo" } })).await;
        let again = add(&api, json!({})).await;
        api.app.work().await;

        let seen = look(&api, &added.id()).await;
        assert_eq!((added.status, again.status), (201, 200));
        assert_eq!(seen["subscriptions"][0]["state"], "confirmed");
        assert_eq!((&seen["name"], &seen["attributes"]), (&json!("Ann"), &json!({ "city": "Oslo" })));
        assert!(api.app.mails().await.is_empty());
    }

    async fn somebody_who_is_asked_is_on_the_list_once_they_confirmed(api: Api) {
        let asked = add(&api, json!({ "confirm": true })).await;
        api.app.work().await;

        assert_eq!(asked.status, 201);
        assert_eq!(look(&api, &asked.id()).await["subscriptions"][0]["state"], "pending");
        assert_eq!(api.app.subjects("ann@example.org").await.len(), 1);
    }

    async fn a_change_made_from_an_older_version_is_refused(api: Api) {
        let added = add(&api, json!({})).await.json();
        let path = format!("/subscribers/{}", added["id"].as_str().unwrap());

        let first = api.put(As::Admin, &path, json!({ "version": added["version"], "name": "Ann" })).await;
        let late = api.put(As::Admin, &path, json!({ "version": added["version"], "name": "Anna" })).await;
        let nested = api.put(As::Admin, &path, json!({ "version": 2, "attributes": { "a": [] } })).await;

        assert_eq!((first.status, late.status, nested.status), (200, 409, 422));
        assert_eq!(first.json()["name"], "Ann");
    }

    async fn a_blocked_address_is_not_added_until_the_block_is_lifted(api: Api) {
        let block = json!({ "address": "ann@example.org", "note": "asked on the telephone" });
        let blocked = api.post(As::Admin, "/suppressions", block).await;
        let refused = add(&api, json!({})).await;
        let lifted = api.post(As::Admin, "/suppressions/lift", json!({ "address": "ann@example.org" })).await;
        let added = add(&api, json!({})).await;

        let block = &blocked.json()["suppressions"][0];
        assert_eq!((&block["reason"], &block["note"]), (&json!("admin"), &json!("asked on the telephone")));
        assert_eq!((refused.status, &refused.json()["type"]), (409, &json!("urn:paperround:problem:blocked")));
        assert_eq!(lifted.json()["suppressions"][0]["reason"], "admin");
        assert_eq!(added.status, 201);
        let now = api.get(As::Admin, "/suppressions?address=ann@example.org").await;
        assert_eq!(now.json()["suppressions"], json!([]));
    }

    async fn the_note_beside_a_block_is_shown_to_admins_and_in_a_copy_of_all_that_is_kept(api: Api) {
        let id = add(&api, json!({})).await.id();
        let block = |note: &str| json!({ "address": "ann@example.org", "note": note });

        let long = api.post(As::Admin, "/suppressions", block(&"a".repeat(501))).await;
        let odd = api.post(As::Admin, "/suppressions", block("a\0b")).await;
        api.post(As::Admin, "/suppressions", block("asked on the telephone")).await;
        let copy = api.get(As::Admin, &format!("/subscribers/{id}/export")).await.json();

        for refused in [long, odd] {
            assert_eq!(refused.status, 422);
            assert_eq!(refused.json()["errors"][0]["field"], "note");
        }
        assert_eq!(look(&api, &id).await["suppressions"][0]["note"], "asked on the telephone");
        assert_eq!(copy["do_not_mail"][0]["note"], "asked on the telephone");
    }

    async fn who_left_by_themselves_is_not_put_back_and_who_was_taken_off_is(api: Api) {
        let id = add(&api, json!({})).await.id();
        let off = api.delete(As::Admin, &format!("/subscribers/{id}/lists/blog")).await;
        let back = add(&api, json!({})).await;
        let subscription = look(&api, &id).await["subscriptions"][0]["id"].as_str().unwrap().parse().unwrap();
        let reader = Origin { actor: Actor::Reader, address: None };
        readers::leave(&api.app.service, &reader, subscription, domain::subscription::LeaveReason::OneClick).await.unwrap();
        let refused = add(&api, json!({})).await;

        assert_eq!((off.status, back.status, refused.status), (204, 200, 409));
        assert_eq!(look(&api, &id).await["subscriptions"][0]["left_reason"], "one-click");
    }

    async fn an_erased_subscriber_is_nobody_and_the_block_of_their_address_stays(api: Api) {
        let key = Some("k1");
        let body = r#"{"address":"ann@example.org","list":"blog"}"#;
        let id = api.call(As::Admin, "POST", "/subscribers", Some(body), key).await.id();
        api.post(As::Admin, "/suppressions", json!({ "address": "ann@example.org" })).await;

        let erased = api.delete(As::Admin, &format!("/subscribers/{id}")).await;
        let again = api.delete(As::Admin, &format!("/subscribers/{id}")).await;

        assert_eq!((erased.status, again.status), (204, 204));
        let seen = look(&api, &id).await;
        assert_eq!((&seen["address"], seen["erased_at"].is_string()), (&Value::Null, true));
        assert_eq!(api.get(As::Admin, "/subscribers").await.json()["items"], json!([]));
        let blocked = api.get(As::Admin, "/suppressions?address=ann@example.org").await;
        assert_eq!(blocked.json()["suppressions"][0]["reason"], "admin");
        let replayed = api.call(As::Admin, "POST", "/subscribers", Some(body), key).await;
        assert_eq!(replayed.status, 409, "the kept answer named the address: {}", replayed.text);
    }

    async fn whoever_looks_at_a_person_leaves_a_line_in_the_log(api: Api) {
        let id = add(&api, json!({})).await.id();
        api.tick();
        look(&api, &id).await;
        api.tick();
        let copy = api.get(As::Admin, &format!("/subscribers/{id}/export")).await.json();
        api.tick();
        api.get(As::Admin, &format!("/subscribers/{id}/deliveries")).await;

        assert_eq!(copy["address"], "ann@example.org");
        let log = api.log_of(&id).await;
        assert_eq!(log, ["subscriber.look", "subscriber.export", "subscriber.look"]);
        let log = api.get(As::Admin, &format!("/events?subscriber={id}")).await.json();
        assert_eq!(log["items"].as_array().unwrap().len(), 4);
    }

    async fn a_search_that_shows_somebody_by_their_address_is_about_them(api: Api) {
        let id = add(&api, json!({})).await.id();

        api.get(As::Admin, "/subscribers?address=ann@example.org").await;

        let log = api.get(As::Admin, &format!("/events?subject={id}")).await.json();
        let line = &log["items"][0];
        assert_eq!((&line["action"], &line["subject"]), (&json!("subscriber.search"), &json!("subscriber")));
        assert_eq!((&line["subscriber"], &line["detail"]), (&json!(id), &json!({ "shown": 1 })));
    }

    async fn a_search_that_shows_nobody_or_many_is_about_nobody_in_particular(api: Api) {
        add(&api, json!({})).await;

        for search in ["address=ben@example.org", "search=a"] {
            api.tick();
            api.get(As::Admin, &format!("/subscribers?{search}")).await;

            let line = &api.get(As::Admin, "/events?limit=1").await.json()["items"][0];
            let about = (&line["action"], &line["subject"], &line["subject_id"], &line["subscriber"]);
            let nobody = json!("00000000-0000-0000-0000-000000000000");
            assert_eq!(about, (&json!("subscriber.search"), &json!("subscriber"), &nobody, &Value::Null));
        }
    }

    async fn the_log_names_the_list_that_was_searched(api: Api) {
        add(&api, json!({})).await;
        api.tick();

        api.get(As::Admin, "/subscribers?list=blog").await;

        let line = &api.get(As::Admin, "/events?limit=1").await.json()["items"][0];
        let list = json!(api.app.list);
        assert_eq!((&line["action"], &line["subject"]), (&json!("subscriber.search"), &json!("list")));
        assert_eq!((&line["subject_id"], &line["list"]), (&list, &list));
    }

    async fn the_log_tells_which_block_was_lifted_and_of_whom(api: Api) {
        let id = add(&api, json!({})).await.id();
        let address = json!({ "address": "ann@example.org" });
        for path in ["/suppressions", "/suppressions/lift", "/suppressions"] {
            api.tick();
            api.post(As::Admin, path, address.clone()).await;
        }

        let log = api.get(As::Admin, &format!("/events?subscriber={id}&limit=3")).await.json();
        let lines: Vec<_> = log["items"].as_array().unwrap().iter().rev().collect();
        let actions: Vec<_> = lines.iter().map(|line| line["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["suppression.add", "suppression.lift", "suppression.add"]);
        assert_eq!((&lines[0]["subject"], &lines[0]["detail"]), (&json!("suppression"), &json!({ "reason": "admin" })));
        let [first, lifted, second] = [0, 1, 2].map(|i| lines[i]["subject_id"].as_str().unwrap());
        assert_eq!(first, lifted);
        assert_ne!(first, second);
    }
}
