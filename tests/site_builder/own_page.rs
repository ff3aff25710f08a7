//! The list's own page, to which sites link that take no frame.

use super::{ANN, CONFIRMATION, PHONE, Reader, Site, WELCOME};
use crate::support::App;

#[tokio::test]
async fn every_file_that_a_page_loads_is_there() {
    let app = App::sqlite().await;
    let signed_up = app.web.post("/subscribe", &[("list", "blog"), ("email", ANN)]).await;
    app.work().await;
    let confirm = format!("/confirm/{}", app.token("confirm").await);
    let page = app.web.get_with(&confirm, signed_up.cookie()).await;

    let mut files = Vec::new();
    for path in page.body.split('"').filter(|value| value.starts_with("/assets/")) {
        let file = app.web.get(path).await;
        files.push((file.status.as_u16(), file.header("content-type").to_owned()));
    }

    let expected = [
        "image/svg+xml",
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
    ];
    assert_eq!(files, expected.map(|kind| (200, kind.to_owned())));
}

#[tokio::test]
#[ignore = "needs Chromium: run scripts/test"]
async fn the_browser_that_signed_up_confirms_by_opening_the_link() {
    let site = Site::start().await;
    let reader = Reader::start(true, PHONE).await;

    reader.open(&site.url("/lists/blog")).await;
    let form = reader.measures().await;
    reader.types(ANN).await;
    reader.presses_the_button().await;
    reader.sees("Now check your inbox").await;
    let signed_up = reader.measures().await;
    let link = site.mailed_link("/confirm/").await;
    let before = site.app.subjects(ANN).await;
    reader.open(&link).await;
    reader.sees("You are on the list").await;
    let confirmed = reader.measures().await;
    reader.close().await;
    site.app.work().await;

    assert_eq!(before, [CONFIRMATION]);
    assert_eq!(site.app.subjects(ANN).await, [CONFIRMATION, WELCOME]);
    for measures in [form, signed_up, confirmed] {
        assert_eq!(measures.width, i64::from(PHONE.0));
        assert!(measures.fit_across(), "{measures:?}");
    }
}

#[tokio::test]
#[ignore = "needs Chromium: run scripts/test"]
async fn a_browser_that_does_not_say_where_requests_come_from_confirms_and_leaves_all_the_same() {
    let site = Site::at("news.test").await;
    site.have_blog().await;
    let reader = Reader::start(true, PHONE).await;

    reader.open(&site.url("/lists/blog")).await;
    let is_secure = reader.is_on_a_secure_page().await;
    reader.types(ANN).await;
    reader.presses_the_button().await;
    reader.sees("Now check your inbox").await;
    reader.close().await;
    let confirm = site.mailed_link("/confirm/").await;
    let other = Reader::start(true, PHONE).await;
    other.open(&confirm).await;
    other.sees("One press, and you are on the list").await;
    let told = other.goes_to_the_blog("Elm Street").await;
    other.open(&confirm).await;
    other.presses_the_button().await;
    other.sees("You are on the list").await;
    let unsubscribe = site.mailed_link("/unsubscribe/").await;
    other.open(&unsubscribe).await;
    other.presses_the_button().await;
    other.sees("You have left the list").await;
    other.close().await;

    assert!(!is_secure, "this browser would say where its requests come from");
    assert_eq!(told, "", "a token of ours");
}
