//! Who may do what.

use serde_json::json;
use testkit::on_both_engines;

use super::{Api, As};

const ID: &str = "0199ab34-0000-7000-8000-000000000000";

on_both_engines! {
    async fn nothing_is_shown_without_a_token_that_works(api: Api) {
        let none = api.get(As::Nobody, "/lists").await;
        let token = api.post(As::Admin, "/tokens", json!({ "name": "gone", "role": "admin" })).await.json();
        let secret = token["token"].as_str().unwrap();
        let ask = || axum::http::Request::get("/api/v1/lists")
            .header("authorization", format!("bearer {secret}"))
            .body(axum::body::Body::empty())
            .unwrap();
        let works = api.send(ask()).await;
        api.delete(As::Admin, &format!("/tokens/{}", token["id"].as_str().unwrap())).await;
        let revoked = api.send(ask()).await;

        assert_eq!((none.status, works.status, revoked.status), (401, 200, 401));
        assert_eq!(none.header("www-authenticate"), Some(r#"Bearer realm="Paperround""#));
        let challenge = revoked.header("www-authenticate").unwrap();
        assert!(challenge.contains("invalid_token"), "{challenge}");
    }

    async fn staff_change_neither_lists_nor_people_nor_feeds_nor_tokens(api: Api) {
        let list = json!({ "key": "more", "settings": { "name": "More", "cadence": { "every": "instant" } } });
        let person = json!({ "address": "ann@example.org", "list": "blog" });
        let key = json!({ "name": "mine", "role": "admin" });
        let address = json!({ "address": "ann@example.org" });

        for (method, path, body) in [
            ("POST", "/lists".to_owned(), Some(list)),
            ("PUT", "/lists/blog".to_owned(), Some(json!({}))),
            ("POST", "/lists/blog/archive".to_owned(), None),
            ("GET", "/subscribers".to_owned(), None),
            ("POST", "/subscribers".to_owned(), Some(person)),
            ("GET", format!("/subscribers/{ID}"), None),
            ("PUT", format!("/subscribers/{ID}"), Some(json!({}))),
            ("DELETE", format!("/subscribers/{ID}"), None),
            ("GET", format!("/subscribers/{ID}/export"), None),
            ("GET", format!("/subscribers/{ID}/deliveries"), None),
            ("DELETE", format!("/subscribers/{ID}/lists/blog"), None),
            ("GET", "/suppressions?address=ann@example.org".to_owned(), None),
            ("POST", "/suppressions".to_owned(), Some(address.clone())),
            ("POST", "/suppressions/lift".to_owned(), Some(address)),
            ("GET", "/tokens".to_owned(), None),
            ("POST", "/tokens".to_owned(), Some(key)),
            ("DELETE", format!("/tokens/{ID}"), None),
            ("GET", "/events".to_owned(), None),
            ("POST", "/feeds".to_owned(), Some(json!({ "list": "blog", "url": "https://elmstreet.example" }))),
            ("PUT", format!("/feeds/{ID}"), Some(json!({ "version": 1 }))),
            ("DELETE", format!("/feeds/{ID}"), None),
        ] {
            let body = body.map(|body| body.to_string());
            let answer = api.call(As::Staff, method, &path, body.as_deref(), None).await;
            assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text);
        }
        assert_eq!(api.get(As::Staff, "/lists/blog").await.status, 200);
        assert_eq!(api.get(As::Staff, "/jobs/dead").await.status, 200);
    }
}
