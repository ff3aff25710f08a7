//! The feed server and the sample blog as a feed reader sees them.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use reqwest::{Client, Response};
use testkit::{Blog, FeedServer, Page};

fn client() -> Client {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build()
        .unwrap()
}

async fn get(server: &FeedServer, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = client().get(server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn blog() -> Blog {
    let mut blog = Blog::new("https://clinic.example").post("Sleep & rest", "Why it's <good>");
    let newest = blog.publish("Café hours", "When we open");
    newest.content = Some("<p>Every day, <b>almost</b></p>".into());
    newest.image = Some("https://clinic.example/a.jpg?x=1&y=2".into());
    newest.categories = vec!["Clinic".into()];
    blog
}

#[tokio::test]
async fn a_document_that_the_client_has_is_not_sent_again() {
    let server = FeedServer::start();
    server.publish("/feed.xml", Page::rss(blog().rss()));

    let first = get(&server, "/feed.xml", &[]).await;
    let etag = first.headers()["etag"].to_str().unwrap().to_owned();
    let date = first.headers()["last-modified"].to_str().unwrap().to_owned();
    let by_etag = get(&server, "/feed.xml", &[("if-none-match", &etag)]).await;
    let by_date = get(&server, "/feed.xml", &[("if-modified-since", &date)]).await;
    server.publish("/feed.xml", Page::rss(blog().rss()));
    let both = [("if-none-match", etag.as_str()), ("if-modified-since", date.as_str())];
    let changed = get(&server, "/feed.xml", &both).await;

    assert_eq!(first.status(), 200);
    assert_eq!(date, "Thu, 01 Jan 2026 00:00:00 GMT");
    assert_eq!(by_etag.status(), 304);
    assert_eq!(by_date.status(), 304);
    assert_eq!(changed.status(), 200);
    assert_eq!(server.count("/feed.xml", 304), 2);
    assert_eq!(server.visits()[3].headers["if-none-match"], etag);
}

#[tokio::test]
async fn faults_are_what_they_say() {
    let server = FeedServer::start();
    server.publish("/gone", Page::Status(StatusCode::GONE));
    server.publish(
        "/moved",
        Page::Redirect(StatusCode::FOUND, "http://10.0.0.1/feed".into()),
    );
    server.publish("/bomb", Page::GzipBomb(50_000_000));
    server.publish("/endless", Page::Endless);
    server.publish("/silent", Page::Silent);
    let every = Duration::from_millis(5);
    server.publish(
        "/slow",
        Page::Slow {
            body: "slow".into(),
            every,
        },
    );

    let bomb = reqwest::Client::get(&client(), server.url("/bomb"))
        .send()
        .await
        .unwrap();
    let mut endless = get(&server, "/endless", &[]).await;
    let mut received = 0;
    while received < 1_000_000 {
        received += endless.chunk().await.unwrap().unwrap().len();
    }
    let silent = client()
        .get(server.url("/silent"))
        .timeout(Duration::from_millis(100))
        .send()
        .await;

    assert_eq!(get(&server, "/missing", &[]).await.status(), 404);
    assert_eq!(get(&server, "/gone", &[]).await.status(), 410);
    assert_eq!(
        get(&server, "/moved", &[]).await.headers()["location"],
        "http://10.0.0.1/feed"
    );
    assert_eq!(bomb.bytes().await.unwrap().len(), 50_000_000);
    assert_eq!(get(&server, "/slow", &[]).await.text().await.unwrap(), "slow");
    assert!(silent.unwrap_err().is_timeout());
}

#[test]
fn all_three_formats_say_the_same() {
    let blog = blog();

    for text in [blog.rss(), blog.atom(), blog.json()] {
        let feed = feed_rs::parser::parse(text.as_bytes()).unwrap();
        let newest = &feed.entries[0];
        assert_eq!(feed.entries.len(), 2, "{text}");
        assert_eq!(newest.id, "000000000000000000000002");
        assert_eq!(newest.title.as_ref().unwrap().content, "Café hours");
        assert_eq!(newest.links[0].href, "https://clinic.example/post/caf-hours");
        assert_eq!(newest.published.unwrap().to_rfc3339(), "2026-11-02T10:00:00+00:00");
        assert!(text.contains("Every day"), "{text}");
    }
}

#[test]
fn rss_has_the_quirks_of_a_hosted_site_builder() {
    let mut blog = blog();
    for n in 0..30 {
        blog.publish(&format!("Post {n}"), "More");
    }

    let many = blog.rss();
    let empty = Blog::new("https://clinic.example").rss();
    let few = self::blog().rss();

    assert_eq!(many.matches("<item>").count(), 20);
    assert!(few.contains("<![CDATA[Sleep &#38; rest]]>"), "{few}");
    assert!(few.contains("<guid isPermaLink=\"false\">000000000000000000000001</guid>"));
    assert!(few.contains("a.jpg?x=1&amp;y=2\" length=\"0\" type=\"image/png\"/>"));
    assert!(few.contains("<generator>RSS for Node</generator>"));
    assert_eq!(feed_rs::parser::parse(empty.as_bytes()).unwrap().entries.len(), 0);
}
