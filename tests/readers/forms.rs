//! The forms: one answer for everybody, and what stands in the consent record.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use service::subscribers;
use store::events::Origin;
use testkit::on_both_engines;

use crate::support::{Answer, App, address, form};

const FRAMED: &str = "frame-ancestors *";

fn json(body: &str) -> Request<Body> {
    Request::post("/api/v1/subscriptions")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

/// What the form on a page says about where it stands.
fn page_field(answer: &Answer) -> &str {
    let (_, rest) = answer.body.split_once(r#"name="page" value=""#).unwrap();
    rest.split('"').next().unwrap()
}

/// What somebody agreed to, by the copy of all that is kept about them.
async fn agreed_to(app: &App, email: &str) -> String {
    let address = &address(email);
    let found = app
        .service
        .db
        .read(|mut tx| async move { store::subscribers::find_by_address(&mut tx, address).await });
    let id = found.await.unwrap().unwrap().id;
    let kept = subscribers::export(&app.service, &Origin::system(), id).await.unwrap();
    kept["consents"][0]["agreed_to"].as_str().unwrap().to_owned()
}

on_both_engines! {
    async fn a_reader_signs_up_by_form_confirms_and_leaves(app: App) {
        let signed_up = app.web.post("/subscribe", &[("list", "blog"), ("email", "Ann@Example.org")]).await;
        app.work().await;
        let confirm = format!("/confirm/{}", app.token("confirm").await);
        let asked = app.web.get(&confirm).await;
        let confirmed = app.web.post(&confirm, &[]).await;
        app.work().await;
        let unsubscribe = format!("/unsubscribe/{}", app.token("unsubscribe").await);
        let button = app.web.get(&unsubscribe).await;
        let left = app.web.post(&unsubscribe, &[]).await;
        let back = app.web.post(&format!("{unsubscribe}/undo"), &[]).await;

        let answers = [&signed_up, &asked, &confirmed, &button, &left, &back];
        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
        assert_eq!(
            answers.map(Answer::heading),
            [
                "Now check your inbox",
                "One press, and you are on the list",
                "You are on the list",
                "Leave this mailing list?",
                "You have left the list",
                "You are back on the list",
            ]
        );
        assert_eq!(
            app.subjects("ann@example.org").await,
            ["Please confirm your subscription to Elm Street Wellness", "Welcome to Elm Street Wellness"]
        );
    }

    async fn the_answer_does_not_tell_who_is_on_the_list(app: App) {
        app.join("ann@example.org").await;
        let fields = |email| [("list", "blog"), ("email", email)];

        let known = app.web.post("/subscribe", &fields("ann@example.org")).await;
        let stranger = app.web.post("/subscribe", &fields("bob@example.org")).await;

        assert_eq!(known.status, stranger.status);
        assert_eq!(known.body.replace("ann@", ""), stranger.body.replace("bob@", ""));
        let names = |answer: &Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&known), names(&stranger));
    }

    async fn the_form_in_a_frame_is_answered_in_its_place(app: App) {
        let shown = app.web.get("/embed/blog").await;
        let wrong = app.web.post("/embed/blog", &[("email", "ann")]).await;
        let mut request = form("/embed/blog", &[("email", "ann@example.org")]);
        request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        let done = app.web.send(request).await;

        for answer in [&shown, &wrong, &done] {
            assert!(answer.header("content-security-policy").contains(FRAMED));
            assert_eq!(answer.header("x-frame-options"), "");
            assert!(!answer.body.contains("<script"));
        }
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(done.heading(), "Now check your inbox");
    }

    async fn a_form_on_another_site_may_post_and_nothing_else_of_ours_may_be_used_from_there(app: App) {
        let from_elsewhere = |mut request: Request<Body>| {
            request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
            request.headers_mut().insert("origin", "https://elmstreet.example".parse().unwrap());
            request
        };
        app.sign_up("ann@example.org").await;
        let confirm = format!("/confirm/{}", app.token("confirm").await);

        let subscribed = app.web.send(from_elsewhere(form("/subscribe", &[("list", "blog"), ("email", "bob@example.org")]))).await;
        let confirmed = app.web.send(from_elsewhere(form(&confirm, &[]))).await;
        let page = app.web.get(&confirm).await;

        assert_eq!(subscribed.status, StatusCode::OK);
        assert!(subscribed.header("content-security-policy").contains(FRAMED));
        assert_eq!(confirmed.status, StatusCode::FORBIDDEN);
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.heading(), "One press, and you are on the list");
    }

    async fn a_browser_that_says_only_which_site_a_form_is_of_is_believed(app: App) {
        app.sign_up("ann@example.org").await;
        let confirm = format!("/confirm/{}", app.token("confirm").await);
        let press = async |origin: &str| {
            let mut request = form(&confirm, &[]);
            request.headers_mut().insert("origin", origin.parse().unwrap());
            app.web.send(request).await
        };

        let page = app.web.get(&confirm).await;
        let refused = [press("https://elmstreet.example").await, press("null").await];
        let confirmed = press("https://news.example.org").await;

        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert!(!page.body.contains("name=\"referrer\""), "the header alone decides: {}", page.body);
        assert_eq!(refused.map(|answer| answer.status), [StatusCode::FORBIDDEN; 2]);
        assert_eq!(confirmed.heading(), "You are on the list");
    }

    async fn a_script_of_a_configured_site_signs_up_and_gets_the_same_answer_for_everybody(app: App) {
        app.join("ann@example.org").await;
        let ask = |email: &str| {
            let mut request = json(&format!(r#"{{"list":"blog","email":"{email}"}}"#));
            request.headers_mut().insert("origin", "https://elmstreet.example".parse().unwrap());
            request
        };

        let known = app.web.send(ask("ann@example.org")).await;
        let stranger = app.web.send(ask("bob@example.org")).await;
        app.work().await;

        assert_eq!((known.status, &known.body), (StatusCode::ACCEPTED, &stranger.body));
        assert_eq!(known.header("access-control-allow-origin"), "https://elmstreet.example");
        assert_eq!(app.subjects("bob@example.org").await.len(), 1);
    }

    async fn a_script_of_any_other_site_is_not_let_in_by_the_browser(app: App) {
        let preflight = Request::builder()
            .method(Method::OPTIONS)
            .uri("/api/v1/subscriptions")
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST")
            .body(Body::empty())
            .unwrap();

        let answer = app.web.send(preflight).await;

        assert_eq!(answer.header("access-control-allow-origin"), "");
    }

    async fn a_sign_up_in_a_frame_names_the_page_on_which_the_frame_stood(app: App) {
        let site = "https://elmstreet.example/";
        let opened_from = |page: &str| Request::get("/embed/blog").header(header::REFERER, page).body(Body::empty()).unwrap();
        let in_frame = |fields: &[(&str, &str)]| {
            let mut request = form("/embed/blog", fields);
            request.headers_mut().insert(header::REFERER, "https://news.example.org/embed/blog".parse().unwrap());
            request
        };

        let shown = app.web.send(opened_from(site)).await;
        let answer = app.web.send(in_frame(&[("email", "ann@example.com"), ("page", page_field(&shown))])).await;
        let mistyped = app.newest_signup().await;
        let (_, back) = answer.body.split_once("<a href=\"").unwrap();
        let again = app.web.get(back.split('"').next().unwrap()).await;
        app.web.send(in_frame(&[("email", "ann@example.org"), ("page", page_field(&again))])).await;
        let corrected = app.newest_signup().await;
        let unknown = app.web.send(opened_from("https://news.example.org/embed/blog")).await;
        app.web.send(in_frame(&[("email", "bob@example.org"), ("page", page_field(&unknown))])).await;
        let unsaid = app.newest_signup().await;

        assert_eq!(mistyped.page.as_deref(), Some(site));
        assert_eq!(corrected.page.as_deref(), Some(site));
        assert_eq!(unsaid.page, None);
    }

    async fn what_was_agreed_to_where_and_when_is_kept(app: App) {
        let fields = [("list", "blog"), ("email", "ann@example.org"), ("form", "snippet"), ("page", "Sleep, part 2"), ("wording", "1")];
        app.web.post("/subscribe", &fields).await;
        app.work().await;
        app.web.post(&format!("/confirm/{}", app.token("confirm").await), &[]).await;

        let signup = app.newest_signup().await;

        assert_eq!((signup.form.as_str(), signup.page.as_deref()), ("snippet", Some("Sleep, part 2")));
        assert_eq!(signup.requested_from.as_deref(), Some("203.0.113.77"));
        assert_eq!(signup.confirmed_from.as_deref(), Some("203.0.113.77"));
        assert!(signup.browser.is_some());
        assert!(signup.confirmed_at > Some(signup.requested_at));
    }

    async fn the_record_names_only_words_that_the_form_named(app: App) {
        let ask = async |email: &str, more: &[(&str, &str)]| {
            app.web.post("/subscribe", &[&[("list", "blog"), ("email", email)], more].concat()).await
        };

        ask("ann@example.org", &[("wording", "1")]).await;
        ask("bob@example.org", &[]).await;
        ask("cid@example.org", &[("wording", "99")]).await;
        app.web.send(json(r#"{"list":"blog","email":"dee@example.org","wording":1}"#)).await;
        app.web.send(json(r#"{"list":"blog","email":"eve@example.org"}"#)).await;
        app.work().await;

        let known = "By subscribing you agree to receive this blog's posts by email. You can leave with one click, in every email.";
        let unknown = "Not known: the request did not name the words that were agreed to.";
        for (email, words) in [
            ("ann@example.org", known),
            ("bob@example.org", unknown),
            ("cid@example.org", unknown),
            ("dee@example.org", known),
            ("eve@example.org", unknown),
        ] {
            assert_eq!(agreed_to(&app, email).await, words, "{email}");
        }
    }

    async fn what_is_sent_again_names_the_words_that_were_named_before(app: App) {
        let again = async |more: &[(&str, &str)]| {
            let fields = [&[("list", "blog"), ("email", "ann@example.org")], more].concat();
            let answer = app.web.post("/subscribe", &fields).await;
            let (_, form) = answer.body.split_once("<form").unwrap();
            let (form, _) = form.split_once("Send it again").unwrap();
            form.contains(r#"name="wording" value="1""#)
        };

        assert!(again(&[("wording", "1")]).await);
        assert!(!again(&[]).await);
    }

    async fn a_lists_own_page_has_its_form(app: App) {
        let page = app.web.get("/lists/blog").await;

        assert_eq!(page.heading(), "Elm Street Wellness, by email");
        assert!(page.body.contains(r#"action="/subscribe""#));
        assert!(!page.body.contains("internal name"));
    }
}
