//! Pages that stay right while rows come and go.

use serde_json::{Value, json};
use testkit::on_both_engines;

use super::{Api, As};

async fn add(api: &Api, address: &str) {
    let answer = api
        .post(As::Admin, "/subscribers", json!({ "address": address, "list": "blog" }))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

fn addresses(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["address"].as_str().unwrap())
        .collect()
}

on_both_engines! {
    async fn rows_that_are_added_meanwhile_move_nothing(api: Api) {
        for name in ["bea", "cem", "dan", "eva"] {
            add(&api, &format!("{name}@example.org")).await;
        }

        let first = api.get(As::Admin, "/subscribers?limit=2").await.json();
        add(&api, "ann@example.org").await;
        add(&api, "cleo@example.org").await;
        let next = first["next"].as_str().unwrap();
        let second = api.get(As::Admin, &format!("/subscribers?limit=3&after={next}")).await.json();

        assert_eq!(addresses(&first), ["bea@example.org", "cem@example.org"]);
        assert_eq!(addresses(&second), ["cleo@example.org", "dan@example.org", "eva@example.org"]);
        assert_eq!(second["next"], Value::Null);
    }

    async fn readers_of_a_list_are_paged_in_the_order_in_which_they_came(api: Api) {
        for name in ["eva", "dan", "cem"] {
            add(&api, &format!("{name}@example.org")).await;
            api.tick();
        }

        let first = api.get(As::Admin, "/subscribers?list=blog&limit=2").await.json();
        let next = first["next"].as_str().unwrap();
        let second = api.get(As::Admin, &format!("/subscribers?list=blog&limit=2&after={next}")).await.json();
        let found = api.get(As::Admin, "/subscribers?list=blog&search=DA").await.json();
        let pending = api.get(As::Admin, "/subscribers?list=blog&state=pending").await.json();
        let mixed = api.get(As::Admin, &format!("/subscribers?after={next}")).await;

        assert_eq!(addresses(&first), ["eva@example.org", "dan@example.org"]);
        assert_eq!(addresses(&second), ["cem@example.org"]);
        assert_eq!(addresses(&found), ["dan@example.org"]);
        assert_eq!(addresses(&pending), Vec::<&str>::new());
        assert_eq!(mixed.status, 400);
    }

    async fn a_search_finds_beginnings_and_takes_nothing_for_a_pattern(api: Api) {
        for name in ["ann", "anna", "a_n", "bob"] {
            add(&api, &format!("{name}@example.org")).await;
        }

        let ann = api.get(As::Admin, "/subscribers?search=Ann").await.json();
        let pattern = api.get(As::Admin, "/subscribers?search=a_").await.json();
        let exact = api.get(As::Admin, "/subscribers?address=ANN@example.org").await.json();

        assert_eq!(addresses(&ann), ["ann@example.org", "anna@example.org"]);
        assert_eq!(addresses(&pattern), ["a_n@example.org"]);
        assert_eq!(addresses(&exact), ["ann@example.org"]);
    }

    async fn the_log_is_read_from_its_end(api: Api) {
        for name in ["ann", "bob"] {
            api.tick();
            add(&api, &format!("{name}@example.org")).await;
        }
        api.tick();

        let first = api.get(As::Admin, "/events?limit=1").await.json();
        let next = first["next"].as_str().unwrap();
        add(&api, "cem@example.org").await;
        let second = api.get(As::Admin, &format!("/events?limit=1&after={next}")).await.json();

        assert_eq!(first["items"][0]["action"], "subscription.vouch");
        assert_eq!(first["items"][0]["actor"], "token:the admin");
        assert_eq!(second["items"][0]["action"], "subscription.vouch");
        assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
        assert_ne!(first["items"][0]["subscriber"], second["items"][0]["subscriber"]);
    }
}
