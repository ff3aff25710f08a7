//! Posts over the API, and what is decided about them.

use std::time::Duration;

use domain::post::State;
use serde_json::{Value, json};
use testkit::on_both_engines;

use super::{Answer, Api, As};

async fn decide(api: &Api, post: domain::PostId, what: &str) -> Answer {
    api.call(As::Staff, "POST", &format!("/posts/{post}/{what}"), None, None)
        .await
}

on_both_engines! {
    async fn posts_that_are_held_are_released_or_skipped(api: Api) {
        let (one, two) = (api.add_post("One", State::Held).await, api.add_post("Two", State::Held).await);

        let released = decide(&api, one, "release").await;
        let skipped = decide(&api, two, "skip").await;
        let again = decide(&api, two, "release").await;

        assert_eq!((&released.json()["state"], &skipped.json()["state"]), (&json!("ready"), &json!("skipped")));
        assert_eq!(skipped.json()["reason"], "skipped by token:the desk");
        assert_eq!(again.status, 409);
        let held = api.get(As::Staff, "/lists/blog/posts?state=held").await.json();
        assert_eq!(held["items"], json!([]));
        let all = api.get(As::Staff, "/lists/blog/posts").await.json();
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
    }

    async fn a_post_is_restored_and_one_that_waits_is_left_out_of_the_next_mailing(api: Api) {
        let (old, ready) = (api.add_post("Old", State::Baseline).await, api.add_post("Ready", State::Ready).await);

        let restored = decide(&api, old, "restore").await.json();
        let left_out = decide(&api, ready, "leave-out").await.json();
        let again = decide(&api, old, "restore").await;

        assert_eq!((&restored["state"], &restored["settles_at"]), (&json!("ready"), &Value::Null));
        assert_eq!(left_out["state"], "settling");
        assert!(left_out["settles_at"].is_string() && left_out["ready_at"].is_null(), "{left_out}");
        assert_eq!(left_out["reason"], "left out of the next mailing by token:the desk; goes into the one after");
        assert_eq!(again.status, 409);
        assert_eq!(api.log_of(&old.to_string()).await, ["post.restore"]);
    }

    async fn staff_are_told_whom_an_announcement_would_reach(api: Api) {
        api.offer_thursdays().await;
        let post = api.add_post("From the archive", State::Baseline).await;
        for (number, cadence) in [None, Some("weekly thu 09:00"), Some("weekly thu 09:00")].into_iter().enumerate() {
            let reader = api.add_reader(&format!("reader{number}@example.org")).await;
            api.choose(reader, cadence).await;
        }

        let reach = api.get(As::Staff, &format!("/posts/{post}/reach")).await;
        let announced = api.post(As::Staff, &format!("/posts/{post}/announce"), json!({ "also_slower": true })).await;
        api.app.pass(Duration::from_secs(1)).await;

        let later = json!({
            "cadence": "weekly thu 09:00", "words": "every Thursday at 09:00", "readers": 2, "at": "2026-11-26T09:00:00+01:00"
        });
        assert_eq!(reach.json(), json!({ "now": 1, "later": [later] }), "{}", reach.text);
        assert_eq!(announced.status, 201);
        assert_eq!(api.app.mails().await.len(), 3);
    }
}
