//! The browser does what a reader's does.

use fantoccini::Locator;
use testkit::{Browser, FeedServer, Page, browser::Habits};

const PAGE: &str = "<!doctype html><title>x</title><p id=p>plain</p>\
    <form action=/next><button>Go</button></form><script>p.textContent = 'scripted'</script>";

#[tokio::test]
#[ignore = "needs Chromium: run scripts/test"]
async fn a_page_is_opened_read_and_clicked_with_scripts_on_and_off() {
    for (scripts, said) in [(true, "scripted"), (false, "plain")] {
        let server = FeedServer::start();
        server.publish("/", Page::html(PAGE));
        server.publish("/next", Page::html("<p id=p>arrived</p>"));
        let habits = Habits {
            scripts,
            ..Habits::default()
        };
        let browser = Browser::start(habits).await;
        let session = browser.session();

        session.goto(&server.url("/")).await.unwrap();
        let text = session.find(Locator::Id("p")).await.unwrap().text().await.unwrap();
        session
            .find(Locator::Css("button"))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        let next = session.wait().for_element(Locator::XPath("//p[.='arrived']")).await;
        let picture = tempfile::NamedTempFile::new().unwrap();
        browser.screenshot(picture.path()).await;
        browser.close().await;

        assert_eq!(text, said);
        assert!(next.is_ok(), "scripts: {scripts}");
        assert!(std::fs::read(picture.path()).unwrap().starts_with(b"\x89PNG"));
    }
}

#[tokio::test]
#[ignore = "needs Chromium: run scripts/test"]
async fn a_window_is_as_narrow_as_a_phone() {
    let habits = Habits {
        window: (320, 640),
        ..Habits::default()
    };

    let browser = Browser::start(habits).await;
    let width = browser
        .session()
        .execute("return innerWidth", Vec::new())
        .await
        .unwrap();
    browser.close().await;

    assert_eq!(width, 320);
}
