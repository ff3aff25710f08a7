//! What refusals look like. That does not depend on the engine, but where the database itself is the reason.

use axum::{body::Body, http::Request};
use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use testkit::on_both_engines;

use super::{Api, As};
#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_with_the_reason() {
    let api = Api::sqlite().await;
    let broken = api.call(As::Admin, "POST", "/tokens", Some("{\"name\":"), None).await;
    let more = api
        .call(
            As::Admin,
            "POST",
            "/tokens",
            Some("{\"name\":\"a\",\"role\":\"staff\"} {}"),
            None,
        )
        .await;
    let unknown = api
        .post(As::Admin, "/tokens", json!({ "name": "a", "role": "staff", "nmae": 1 }))
        .await;
    let deep = api
        .post(
            As::Admin,
            "/lists",
            json!({ "key": "x", "settings": {
        "name": "X", "cadence": { "every": "daily", "at": "25:00" } } }),
        )
        .await;
    let large = api
        .post(
            As::Admin,
            "/tokens",
            json!({ "name": "a".repeat(20_000), "role": "staff" }),
        )
        .await;

    assert_snapshot!(broken.problem(), @r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"the body is not JSON: EOF while parsing a value at line 1 column 8"}"#);
    assert_snapshot!(more.problem(), @r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"the body is not JSON: trailing characters at line 1 column 29"}"#);
    assert_snapshot!(unknown.problem(), @r#"{"type":"about:blank","title":"Unprocessable Entity","status":422,"errors":[{"field":"nmae","detail":"unknown field `nmae`, expected `name` or `role` at line 1 column 18"}]}"#);
    assert_eq!(
        deep.json()["errors"],
        json!([{ "field": "settings.cadence", "detail": "\"25:00\" is not a time of day: write 00:00 to 23:59 at line 1 column 63" }])
    );
    assert_snapshot!(large.problem(), @r#"{"type":"about:blank","title":"Payload Too Large","status":413,"detail":"the body is too large"}"#);
}

#[tokio::test]
async fn a_body_is_sent_as_json() {
    let api = Api::sqlite().await;
    let form = Request::post("/api/v1/tokens").header("content-type", "application/x-www-form-urlencoded");
    let nobody = api.send(form.body(Body::from("name=a")).unwrap()).await;
    let answer = api.call(As::Admin, "POST", "/tokens", None, None).await;

    assert_eq!(nobody.status, 401);
    assert_snapshot!(answer.problem(), @r#"{"type":"about:blank","title":"Unsupported Media Type","status":415,"detail":"send the body as JSON, with the header Content-Type: application/json"}"#);
}

#[tokio::test]
async fn addresses_that_lead_nowhere_are_told_apart() {
    let api = Api::sqlite().await;
    let nowhere = api.get(As::Admin, "/nothing").await;
    let no_method = api.call(As::Admin, "PATCH", "/lists", None, None).await;
    let no_id = api.get(As::Admin, "/subscribers/ann").await;
    let no_person = api
        .get(As::Admin, "/subscribers/0199ab34-0000-7000-8000-000000000000")
        .await;
    let no_list = api.get(As::Staff, "/lists/none").await;

    assert_snapshot!(nowhere.problem(), @r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"there is nothing at this address"}"#);
    assert_snapshot!(no_method.problem(), @r#"{"type":"about:blank","title":"Method Not Allowed","status":405}"#);
    assert_eq!(no_method.header("allow"), Some("GET,HEAD,POST"));
    assert_eq!(no_id.status, 400);
    assert_snapshot!(no_person.problem(), @r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"there is no such subscriber"}"#);
    assert_snapshot!(no_list.problem(), @r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"there is no such list"}"#);
}

#[tokio::test]
async fn queries_that_make_no_sense_are_refused() {
    let api = Api::sqlite().await;
    let unknown = api.get(As::Staff, "/lists?limt=5").await;
    let limit = api.get(As::Staff, "/lists?limit=1000").await;
    let cursor = api.get(As::Staff, "/lists?after=tomorrow").await;
    let state = api.get(As::Admin, "/subscribers?state=pending").await;

    assert_snapshot!(unknown.problem(), @r#"{"type":"about:blank","title":"Bad Request","status":400,"errors":[{"field":"limt","detail":"unknown field `limt`, expected `after` or `limit`"}]}"#);
    assert_snapshot!(limit.problem(), @r#"{"type":"about:blank","title":"Bad Request","status":400,"errors":[{"field":"limit","detail":"a page has 1 to 200 items"}]}"#);
    assert_snapshot!(cursor.problem(), @r#"{"type":"about:blank","title":"Bad Request","status":400,"errors":[{"field":"after","detail":"this is not the \"next\" of a page of these"}]}"#);
    assert_eq!(state.status, 400);
}

#[tokio::test]
async fn a_token_of_the_wrong_role_is_told_what_it_takes() {
    let api = Api::sqlite().await;
    let refused = api.get(As::Staff, "/tokens").await;

    assert_snapshot!(refused.problem(), @r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"this takes a token of role admin; yours is of role staff"}"#);
}

on_both_engines! {
    async fn a_nul_is_refused_wherever_a_text_may_stand(api: Api) {
        let spelt = r#"{"name":"a\\u0000b","role":"staff"}"#;
        let settings = json!({ "name": "X", "cadence": { "every": "daily", "at": "09:00" }, "postal_address": "1 Elm Street\0" });

        let queries = [
            api.get(As::Admin, "/subscribers?search=%00").await,
            api.get(As::Admin, "/subscribers?list=blog&search=a%00").await,
        ];
        let bodies = [
            api.post(As::Admin, "/lists", json!({ "key": "x", "settings": settings })).await,
            api.post(As::Admin, "/tokens", json!({ "name": "a\0b", "role": "staff" })).await,
            api.post(As::Admin, "/suppressions", json!({ "address": "ann@example.org", "note": "\0" })).await,
            api.post(As::Admin, "/feeds", json!({ "list": "blog", "url": "https://elmstreet.example/", "included": ["\0"] })).await,
            api.post(As::Admin, "/subscribers", json!({ "address": "ann@example.org", "list": "blog", "attributes": { "city": "\0" } })).await,
        ];
        let in_path = api.get(As::Admin, "/lists/%00").await;
        let only_like_it = api.call(As::Admin, "POST", "/tokens", Some(spelt), None).await;

        for refused in &queries {
            allow_duplicates! { assert_snapshot!(refused.problem(), @r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"the query has a NUL character (%00) in it: leave it out"}"#) };
        }
        assert_eq!(bodies.each_ref().map(|refused| refused.status), [422; 5], "{bodies:?}");
        allow_duplicates! { assert_snapshot!(bodies[0].problem(), @r#"{"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"a text in the body has a NUL character (\\u0000) in it: leave it out"}"#) };
        assert_eq!(in_path.status, 400);
        assert_eq!((only_like_it.status, &only_like_it.json()["name"]), (201, &json!("a\\u0000b")));
    }

    async fn a_database_that_is_gone_says_nothing_of_itself(api: Api) {
        api.app.service.db.close().await;

        let answer = api.get(As::Staff, "/lists").await;

        allow_duplicates! { assert_snapshot!(answer.problem(), @r#"{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"this cannot be answered right now: try again in a little while"}"#) };
        assert_eq!(answer.header("retry-after"), Some("10"));
    }
}
