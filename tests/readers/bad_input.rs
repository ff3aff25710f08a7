//! Bad input gets a clear answer and loses nothing.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;
use testkit::on_both_engines;

use crate::support::{App, form};

on_both_engines! {
    async fn what_is_no_address_is_said_beside_its_field_and_kept_in_it(app: App) {
        let long = format!("{}@example.org", "a".repeat(65));
        for (email, error) in [
            ("", "Please enter your email address."),
            (long.as_str(), "too long"),
            ("ann@example.org\r\nBcc: bob@example.org", "hidden character"),
            ("émilie@example.org", "most mail providers"),
            ("ann", "name@example.com"),
        ] {
            let answer = app.web.post("/subscribe", &[("list", "blog"), ("email", email)]).await;

            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email:?}");
            assert!(answer.body.contains(error), "{email:?}: {}", answer.body);
            assert!(answer.header("set-cookie").starts_with("browser="));
        }
    }

    async fn a_domain_in_other_letters_is_mailed_by_its_a_labels(app: App) {
        app.web.post("/subscribe", &[("list", "blog"), ("email", "ann@bücher.example")]).await;
        app.work().await;

        assert_eq!(app.subjects("ann@xn--bcher-kva.example").await.len(), 1);
    }

    async fn an_unknown_list_is_named_as_such(app: App) {
        for list in ["", "nothing", "No List", "../blog"] {
            let answer = app.web.post("/subscribe", &[("list", list), ("email", "ann@example.org")]).await;
            assert_eq!((answer.status, answer.heading()), (StatusCode::NOT_FOUND, "There is no such mailing list"));
        }
        assert_eq!(app.web.get("/embed/nothing").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_token_that_is_cut_altered_or_of_another_purpose_does_nothing(app: App) {
        app.join("ann@example.org").await;
        let token = app.token("unsubscribe").await;
        let cut = &token[..token.len() - 1];
        let altered = format!("{}{}", if token.starts_with('A') { 'B' } else { 'A' }, &token[1..]);

        for token in [cut, altered.as_str(), "x", "%00", app.token("preferences").await.as_str()] {
            let answer = app.web.post(&format!("/unsubscribe/{token}"), &[]).await;
            assert_eq!((answer.status, answer.heading()), (StatusCode::GONE, "This link no longer works"), "{token}");
        }
        let page = app.web.get(&format!("/unsubscribe/{token}")).await;
        assert_eq!(page.heading(), "Leave this mailing list?");
    }

    async fn an_address_that_cannot_be_decoded_gets_a_page_like_any_that_is_not_there(app: App) {
        for path in ["/confirm/%ff", "/unsubscribe/%ff", "/lists/%ff", "/assets/%ff"] {
            let answer = app.web.get(path).await;
            assert_eq!((answer.status, answer.heading()), (StatusCode::NOT_FOUND, "This page is not here"), "{path}");
        }
    }

    async fn a_body_over_16_kib_is_refused_in_every_encoding(app: App) {
        let large = "a".repeat(17 * 1024);
        let part = format!("--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n{large}\r\n--x--\r\n");
        let json = format!(r#"{{"list":"blog","email":"{large}"}}"#);
        for (path, kind, body) in [
            ("/subscribe", "application/x-www-form-urlencoded", format!("list=blog&email={large}")),
            ("/subscribe", "multipart/form-data; boundary=x", part),
            ("/api/v1/subscriptions", "application/json", json),
        ] {
            let request = Request::post(path).header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap();
            assert_eq!(app.web.send(request).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{kind}");
        }
    }

    async fn a_form_may_come_as_multipart_and_nothing_else_is_a_form(app: App) {
        let part = |name: &str, value: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        let whole = part("list", "blog") + &part("email", "ann@example.org") + "--x--\r\n";
        let send = |kind: &'static str, body: String| {
            app.web.send(Request::post("/subscribe").header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap())
        };

        let multipart = send("multipart/form-data; boundary=x", whole.clone()).await;
        let broken = send("multipart/form-data; boundary=x", whole[..40].to_owned()).await;
        let text = send("text/plain", "list=blog".to_owned()).await;

        assert_eq!(multipart.status, StatusCode::OK);
        assert_eq!(broken.status, StatusCode::BAD_REQUEST);
        assert_eq!(text.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }

    async fn a_nul_in_any_field_costs_nobody_else_their_sign_up(app: App) {
        let json = |name: &str| {
            let mut body = json!({ "list": "blog", "email": "mallory@example.org", "page": "https://elmstreet.example/" });
            body[name] = "\0".into();
            Request::post("/api/v1/subscriptions")
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string()))
                .unwrap()
        };
        let fields = ["list", "email", "cadence", "page", "wording", "form", "extra"];
        let paths = ["/subscribe", "/embed/blog", "/embed/%00"];
        let forms = paths.iter().flat_map(|path| {
            fields.iter().map(move |name| {
                let sound = [("list", "blog"), ("email", "mallory@example.org")];
                let sound = sound.iter().filter(|(field, _)| field != name).copied();
                form(path, &sound.chain([(*name, "\0")]).collect::<Vec<_>>())
            })
        });
        let scripts = fields.iter().map(|name| json(name));

        for (number, hostile) in forms.chain(scripts).enumerate() {
            // No network signs up this often.
            app.clock().advance(Duration::from_secs(60));
            let email = format!("reader{number}@example.org");
            let sound = [("list", "blog"), ("email", email.as_str())];
            let shown = format!("{hostile:?}");

            let (hostile, sound) = tokio::join!(app.web.send(hostile), app.web.post("/subscribe", &sound));

            assert!(hostile.status.as_u16() < 500, "{shown}: {}", hostile.body);
            assert_eq!(sound.status, StatusCode::OK, "beside {shown}");
        }
    }

    async fn the_page_of_a_form_is_kept_without_its_nul(app: App) {
        let fields = [("list", "blog"), ("email", "ann@example.org"), ("page", "https://elmstreet.example/\0blog")];
        let answer = app.web.post("/subscribe", &fields).await;

        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(app.newest_signup().await.page.as_deref(), Some("https://elmstreet.example/\u{fffd}blog"));
    }

    async fn a_script_gets_problems_that_it_can_read(app: App) {
        let send = |body: &'static str| {
            let request = Request::post("/api/v1/subscriptions").header(header::CONTENT_TYPE, "application/json");
            app.web.send(request.body(Body::from(body)).unwrap())
        };

        let no_address = send(r#"{"list":"blog","email":"ann"}"#).await;
        let no_list = send(r#"{"list":"nothing","email":"ann@example.org"}"#).await;
        let no_json = send("{").await;

        assert_eq!(no_address.header("content-type"), "application/problem+json");
        assert_eq!(
            [no_address.status, no_list.status, no_json.status],
            [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST]
        );
    }
}
