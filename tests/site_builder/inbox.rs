//! The mail catcher's inbox, open in a browser.

use super::{ANN, CONFIRMATION, PHONE, Reader, Site};

#[tokio::test]
#[ignore = "needs Chromium: run scripts/test"]
async fn mail_appears_in_an_open_inbox_by_itself() {
    let site = Site::start().await;
    let reader = Reader::start(true, PHONE).await;

    reader.open(&site.url("/inbox")).await;
    reader
        .reads(".empty", "No mail yet. It appears here as soon as something is sent.")
        .await;
    site.app
        .web
        .post("/subscribe", &[("list", "blog"), ("email", ANN)])
        .await;
    site.app.work().await;
    reader.reads("[data-news]", &format!("New mail: {CONFIRMATION}")).await;
    reader.reads(".mails .subject", CONFIRMATION).await;
    let measures = reader.measures().await;
    reader.close().await;

    assert!(measures.fit_across(), "{measures:?}");
}
