//! The description is true of the server.

use axum::{body::Body, http::Request};
use testkit::on_both_engines;

use super::{Api, As};

on_both_engines! {
    async fn whatever_is_described_is_there_and_asks_for_a_token_unless_it_is_public(api: Api) {
        let description = api.get(As::Nobody, "/openapi.json").await.json();

        assert_eq!(description["openapi"], "3.1.0");
        let paths = description["paths"].as_object().unwrap();
        assert!(paths.len() > 15, "{paths:?}");
        for (path, item) in paths {
            for (method, operation) in item.as_object().unwrap() {
                let request = Request::builder().method(method.to_uppercase().as_str()).uri(path.replace(['{', '}'], "x"));
                let answer = api.send(request.body(Body::empty()).unwrap()).await;
                let is_public = operation.get("security").is_some();
                assert_eq!(answer.status != 401, is_public, "{method} {path}: {}", answer.text);
                assert!(![404, 405].contains(&answer.status), "{method} {path}: {}", answer.text);
            }
        }
    }
}
