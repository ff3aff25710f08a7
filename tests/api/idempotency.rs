//! Requests that are sent twice and done once.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::on_both_engines;

use super::{Api, As};

const TOKEN: &str = r#"{"name":"website","role":"staff"}"#;

async fn post(api: &Api, path: &str, body: &str, key: &str) -> super::client::Answer {
    api.call(As::Admin, "POST", path, Some(body), Some(key)).await
}

async fn count_of_lists(api: &Api) -> usize {
    api.get(As::Staff, "/lists").await.json()["items"]
        .as_array()
        .unwrap()
        .len()
}

on_both_engines! {
    async fn the_same_request_is_done_once_and_answered_alike_also_after_a_restart(api: Api) {
        let mut api = api;
        let list = json!({ "key": "more", "settings": { "name": "More", "cadence": { "every": "instant" } } }).to_string();

        let first = post(&api, "/lists", &list, "k1").await;
        api.restart().await;
        let again = post(&api, "/lists", &list, "k1").await;

        assert_eq!((first.status, again.status), (201, 201));
        assert_eq!(first.text, again.text);
        assert_eq!(first.header("content-type"), again.header("content-type"));
        assert_eq!(first.header("location"), again.header("location"));
        assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), (None, Some("true")));
        assert_eq!(count_of_lists(&api).await, 2);
    }

    async fn a_key_names_one_request_of_one_token(api: Api) {
        let first = post(&api, "/tokens", TOKEN, "k1").await;
        let other_body = post(&api, "/tokens", r#"{"name":"other","role":"staff"}"#, "k1").await;
        let other_path = post(&api, "/lists", TOKEN, "k1").await;
        let other_token = api.call(As::Staff, "POST", "/jobs/0199ab34-0000-7000-8000-000000000000/retry", None, Some("k1")).await;

        assert_eq!(first.status, 201);
        assert_eq!((other_body.status, other_path.status), (422, 422));
        assert!(other_body.problem().contains("idempotency-key-reused"));
        assert_eq!(other_token.status, 404);
    }

    async fn a_secret_is_not_kept(api: Api) {
        let first = post(&api, "/tokens", TOKEN, "k1").await.json();
        let again = post(&api, "/tokens", TOKEN, "k1").await.json();

        assert!(first["token"].as_str().unwrap().starts_with("pr_"));
        assert_eq!((&again["id"], &again["token"]), (&first["id"], &Value::Null));
    }

    async fn what_was_refused_can_be_tried_again_under_its_key(api: Api) {
        let wrong = post(&api, "/tokens", r#"{"name":"website","role":"boss"}"#, "k1").await;
        let right = post(&api, "/tokens", TOKEN, "k1").await;

        assert_eq!((wrong.status, right.status), (422, 201));
    }

    async fn a_request_under_way_is_not_done_a_second_time(api: Api) {
        post(&api, "/tokens", TOKEN, "k1").await;
        api.app.test.execute("update idempotency set status = 0, answer = ''").await;

        let meanwhile = post(&api, "/tokens", TOKEN, "k1").await;
        api.app.clock().advance(Duration::from_secs(3 * 60));
        let later = post(&api, "/tokens", TOKEN, "k1").await;

        assert_eq!((meanwhile.status, later.status), (409, 409));
        assert!(meanwhile.problem().contains("under-way"));
        assert!(later.problem().contains("interrupted"));
    }

    async fn keys_are_forgotten_after_a_day(api: Api) {
        let first = post(&api, "/tokens", TOKEN, "k1").await;
        api.app.clock().advance(Duration::from_secs(23 * 60 * 60));
        service::idempotency::purge(&api.app.service).await.unwrap();
        let kept = post(&api, "/tokens", TOKEN, "k1").await;
        api.app.clock().advance(Duration::from_secs(2 * 60 * 60));
        service::idempotency::purge(&api.app.service).await.unwrap();
        let forgotten = post(&api, "/tokens", TOKEN, "k1").await;

        assert_eq!(first.id(), kept.id());
        assert_ne!(first.id(), forgotten.id());
    }

    async fn a_key_that_is_no_key_is_refused(api: Api) {
        for key in ["", "a b", &"x".repeat(256)] {
            assert_eq!(post(&api, "/tokens", TOKEN, key).await.status, 400, "{key:?}");
        }
    }
}
