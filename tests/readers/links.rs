//! What mailed links lead to.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use domain::{Purpose, Token};
use service::readers::look_at;
use testkit::on_both_engines;

use crate::support::App;

on_both_engines! {
    async fn the_page_presses_its_button_in_the_browser_that_signed_up_and_in_no_other(app: App) {
        let signed_up = app.web.post("/subscribe", &[("list", "blog"), ("email", "ann@example.org")]).await;
        let other = app.web.post("/subscribe", &[("list", "blog"), ("email", "bob@example.org")]).await;
        app.work().await;
        let token = app.mails().await.iter()
            .find(|mail| mail.header("To").unwrap().contains("ann@"))
            .map(|mail| mail.links().into_iter().find(|link| link.contains("/confirm/")).unwrap())
            .unwrap();
        let path = token.strip_prefix("https://news.example.org").unwrap();

        let same = app.web.get_with(path, signed_up.cookie()).await;
        let none = app.web.get(path).await;
        let another = app.web.get_with(path, other.cookie()).await;
        let forged = app.web.get_with(path, "browser=00000000000000000000000000000000").await;

        let presses = |answer: &crate::support::Answer| answer.body.contains("<script") && answer.body.contains("data-press");
        assert!(presses(&same));
        assert!(!presses(&none) && !presses(&another) && !presses(&forged));
        assert!(signed_up.header("set-cookie").contains("HttpOnly; SameSite=Lax; Secure; Path=/"), "{}", signed_up.header("set-cookie"));
    }

    async fn opening_links_changes_nothing_however_often(app: App) {
        let subscription = app.join("ann@example.org").await;
        app.sign_up("bob@example.org").await;
        for path in [
            format!("/confirm/{}", app.token("confirm").await),
            format!("/unsubscribe/{}", app.token("unsubscribe").await),
            format!("/preferences/{}", app.token("preferences").await),
        ] {
            for _ in 0..2 {
                assert_eq!(app.web.get(&path).await.status, StatusCode::OK);
            }
        }
        app.work().await;

        assert_eq!(look_at(&app.service, subscription).await.unwrap().unwrap().state, domain::subscription::State::Confirmed);
        assert_eq!(app.subjects("bob@example.org").await.len(), 1);
    }

    async fn a_confirmation_opened_again_shows_success_and_one_that_is_too_old_offers_a_fresh_one(app: App) {
        app.sign_up("ann@example.org").await;
        let first = format!("/confirm/{}", app.token("confirm").await);
        app.web.post(&first, &[]).await;
        app.sign_up("bob@example.org").await;
        let second = format!("/confirm/{}", app.token("confirm").await);
        app.clock().advance(std::time::Duration::from_secs(8 * 86_400));

        let again = app.web.get(&first).await;
        let dead = app.web.get(&second).await;
        let asked = app.web.post(&format!("{second}/fresh"), &[]).await;
        app.work().await;

        assert_eq!((again.status, again.heading()), (StatusCode::OK, "You are on the list"));
        assert_eq!((dead.status, dead.heading()), (StatusCode::GONE, "This link is too old"));
        assert_eq!(asked.status, StatusCode::OK);
        assert_eq!(app.subjects("bob@example.org").await.len(), 2);
    }

    async fn one_click_leaves_without_cookies_and_redirects_in_both_encodings(app: App) {
        let subscription = app.join("ann@example.org").await;
        let path = format!("/unsubscribe/{}", app.token("unsubscribe").await);
        let multipart = Request::post(&path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .header("sec-fetch-site", "cross-site")
            .body(Body::from("--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"))
            .unwrap();

        let first = app.web.send(multipart).await;
        let state = look_at(&app.service, subscription).await.unwrap().unwrap().state;
        let again = app.web.post(&path, &[("List-Unsubscribe", "One-Click")]).await;
        let gone = Token::sign(&app.service.keys, Purpose::Unsubscribe, uuid::Uuid::from_u128(7));
        let stale = app.web.post(&format!("/unsubscribe/{gone}"), &[("List-Unsubscribe", "One-Click")]).await;

        assert_eq!(state, domain::subscription::State::Unsubscribed);
        for answer in [&first, &again, &stale] {
            assert_eq!((answer.status, &answer.body), (StatusCode::OK, &first.body));
            assert_eq!(answer.header("set-cookie"), "");
        }
    }

    async fn a_preference_link_shows_one_list_and_a_masked_address(app: App) {
        app.join("ann@example.org").await;
        let path = format!("/preferences/{}", app.token("preferences").await);

        let page = app.web.get(&path).await;
        let left = app.web.post(&path, &[("do", "leave")]).await;
        let after = app.web.get(&path).await;

        assert!(page.body.contains("a•••@e•••.org") && !page.body.contains("ann@"), "{}", page.body);
        assert_eq!(left.heading(), "You have left the list");
        assert!(after.body.contains("you have left this list"));
        let way_back = r#"href="/lists/blog">Join again</a>"#;
        assert!(after.body.contains(way_back) && !page.body.contains(way_back), "{}", after.body);
    }

    async fn nobody_who_left_an_archived_list_is_sent_to_a_page_that_is_not_there(app: App) {
        app.join("ann@example.org").await;
        let preferences = format!("/preferences/{}", app.token("preferences").await);
        let unsubscribe = format!("/unsubscribe/{}", app.token("unsubscribe").await);
        app.web.post(&unsubscribe, &[]).await;
        app.clock().advance(std::time::Duration::from_secs(3601));
        let before = [app.web.get(&preferences).await, app.web.get(&unsubscribe).await];

        service::lists::archive(&app.service, &store::events::Origin::system(), app.list).await.unwrap();

        let after = [app.web.get(&preferences).await, app.web.get(&unsubscribe).await];
        assert_eq!(app.web.get("/lists/blog").await.status, StatusCode::NOT_FOUND);
        assert!(before.iter().all(|page| page.body.contains("/lists/blog") && page.body.contains("join again")));
        for page in after {
            assert_eq!(page.status, StatusCode::OK);
            assert!(!page.body.contains("/lists/blog") && !page.body.contains("join again"), "{}", page.body);
        }
    }

    async fn an_hour_after_leaving_undo_is_not_offered_any_more(app: App) {
        app.join("ann@example.org").await;
        let path = format!("/unsubscribe/{}", app.token("unsubscribe").await);
        app.web.post(&path, &[]).await;

        let before = app.web.get(&path).await;
        app.clock().advance(std::time::Duration::from_secs(3601));
        let after = app.web.get(&path).await;
        let pressed = app.web.post(&format!("{path}/undo"), &[]).await;

        assert!(before.body.contains("/undo"));
        assert!(!after.body.contains("/undo"));
        assert_eq!(pressed.heading(), "You have left the list");
    }
}
