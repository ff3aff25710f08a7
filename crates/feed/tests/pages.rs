//! What is read from a post's own page.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect},
    routing::get,
};
use paperround_feed::{
    FetchError, Fetcher, Limits, PageError, PageFacts, Settings, SystemResolver, fetch_page, read_page,
};
use tokio::net::TcpListener;

fn read(html: &str) -> PageFacts {
    read_page(html, &"https://clinic.example/blog/sleep".parse().unwrap())
}

fn address(url: &Option<url::Url>) -> Option<&str> {
    url.as_ref().map(url::Url::as_str)
}

#[test]
fn a_page_says_what_its_post_is() {
    let text = "Most of us sleep worse than we think. ".repeat(60);
    let facts = read(&format!(
        r#"<!doctype html><html><head><title>Sleep | The Clinic</title>
        <link rel="canonical" href="/post/sleep?x=1">
        <meta property="og:url" content="https://clinic.example/other">
        <meta property="og:title" content="Sleep &amp; the screen">
        <meta name="description" content="Five evenings without a telephone.">
        <meta property="og:image" content="http://media.example/sleep.jpg">
        <meta property="og:image:secure_url" content="https://media.example/sleep.jpg">
        <meta property="og:image:width" content="1200">
        <meta property="og:image:alt" content="A dark bedroom">
        <meta name="author" content="Dr Ada Lind">
        <meta property="article:author" content="https://www.facebook.com/clinic">
        <meta property="article:published_time" content="2026-11-16T08:00:00.000Z">
        <meta property="article:modified_time" content="2026-11-17T10:00:00+01:00">
        </head><body><nav>Home</nav><article><h1>Sleep</h1><p>{text}</p></article></body></html>"#
    ));

    assert_eq!(facts.url.as_str(), "https://clinic.example/blog/sleep");
    assert_eq!(address(&facts.canonical), Some("https://clinic.example/post/sleep?x=1"));
    assert_eq!(facts.title.as_deref(), Some("Sleep & the screen"));
    assert_eq!(facts.description.as_deref(), Some("Five evenings without a telephone."));
    assert_eq!(address(&facts.picture), Some("https://media.example/sleep.jpg"));
    assert_eq!(facts.picture_alt.as_deref(), Some("A dark bedroom"));
    assert_eq!(facts.author.as_deref(), Some("Dr Ada Lind"));
    assert_eq!(facts.published.unwrap().to_string(), "2026-11-16T08:00:00Z");
    assert_eq!(facts.modified.unwrap().to_string(), "2026-11-17T09:00:00Z");
    assert_eq!(facts.minutes, Some(3));
}

#[test]
fn a_bare_page_says_little() {
    let facts = read("<svg><title>Logo</title></svg><p>Hello</p>");
    let titled = read("<html><title>Sleep &amp; rest</title><title>Second</title><p>Hello</p>");

    assert_eq!(
        (facts.title, facts.minutes, facts.canonical, facts.picture),
        (None, None, None, None)
    );
    assert_eq!(titled.title.as_deref(), Some("Sleep & rest"));
}

#[test]
fn addresses_that_are_not_of_the_web_are_none() {
    for odd in [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://me:word@clinic.example/",
        "ftp://x.example/",
        " ",
    ] {
        let facts = read(&format!(
            r#"<link rel=canonical href="{odd}"><meta property="og:image" content="{odd}"><meta property="og:url" content="{odd}">"#
        ));

        assert_eq!((facts.canonical, facts.picture), (None, None), "{odd:?}");
    }
}

#[test]
fn relative_addresses_follow_the_pages_base() {
    let facts = read(
        r#"<base href="https://cdn.example/x/"><link rel="canonical" href="sleep"><meta property="og:image" content="a.png">"#,
    );

    assert_eq!(address(&facts.canonical), Some("https://cdn.example/x/sleep"));
    assert_eq!(address(&facts.picture), Some("https://cdn.example/x/a.png"));
}

#[test]
fn the_first_picture_worth_showing_is_taken_with_its_own_words() {
    let pixel_first = r#"<meta property="og:image" content="https://pixel.wp.com/b.gif"><meta property="og:image:alt" content="Pixel">
        <meta property="og:image" content="/dot.png"><meta property="og:image:width" content="1"><meta property="og:image:height" content="1">
        <meta property="og:image" content="/logo.svg">
        <meta property="og:image" content="/sleep.jpg"><meta property="og:image:alt" content="A bedroom">"#;
    let of_x = r#"<meta name="twitter:image" content="/x.jpg"><meta name="twitter:image:alt" content="For X">"#;
    let itself = r#"<meta property="og:image" content="https://clinic.example/blog/sleep">"#;

    let facts = read(pixel_first);
    assert_eq!(address(&facts.picture), Some("https://clinic.example/sleep.jpg"));
    assert_eq!(facts.picture_alt.as_deref(), Some("A bedroom"));
    let facts = read(of_x);
    assert_eq!(address(&facts.picture), Some("https://clinic.example/x.jpg"));
    assert_eq!(facts.picture_alt.as_deref(), Some("For X"));
    assert_eq!(read(itself).picture, None);
}

#[test]
fn an_authors_address_is_no_name() {
    for odd in ["https://clinic.example/team/ada", "ada@clinic.example", "/team/ada"] {
        assert_eq!(read(&format!(r#"<meta name="author" content="{odd}">"#)).author, None);
    }
    assert_eq!(
        read(r#"<meta property="article:author" content="Ada Lind">"#)
            .author
            .as_deref(),
        Some("Ada Lind")
    );
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn fetcher() -> Fetcher {
    let settings = Settings {
        public_url: "https://news.example/".parse().unwrap(),
        allow_hosts: vec!["127.0.0.1".parse().unwrap()],
        limits: Limits::default(),
    };
    Fetcher::new(settings, Arc::new(SystemResolver)).unwrap()
}

#[tokio::test]
async fn a_page_is_asked_for_as_a_page_and_read_where_it_is() {
    async fn post(headers: HeaderMap) -> impl IntoResponse {
        assert!(headers[header::ACCEPT].to_str().unwrap().starts_with("text/html"));
        let latin = b"<html><head><meta charset=\"iso-8859-1\"><title>Caf\xe9</title>".to_vec();
        ([(header::CONTENT_TYPE, "text/html")], latin)
    }
    let router = Router::new()
        .route("/post", get(post))
        .route("/moved", get(|| async { Redirect::permanent("/post") }));
    let server = serve(router).await;

    let facts = fetch_page(&fetcher(), &format!("http://{server}/moved").parse().unwrap())
        .await
        .unwrap();

    assert_eq!(facts.url.path(), "/post");
    assert_eq!(facts.title.as_deref(), Some("Café"));
}

#[tokio::test]
async fn a_deleted_post_is_told_apart_from_one_that_cannot_be_read_now() {
    let router = Router::new()
        .route("/gone", get(|| async { StatusCode::GONE }))
        .route("/down", get(|| async { StatusCode::BAD_GATEWAY }))
        .route(
            "/file",
            get(|| async { ([(header::CONTENT_TYPE, "application/pdf")], "%PDF") }),
        )
        .route("/untyped", get(|| async { ([(header::CONTENT_TYPE, "")], "%PDF") }));
    let server = serve(router).await;
    let fetch = async |path: &str| fetch_page(&fetcher(), &format!("http://{server}/{path}").parse().unwrap()).await;

    assert_eq!(fetch("gone").await, Err(PageError::Gone));
    assert_eq!(fetch("never").await, Err(PageError::Gone));
    assert!(matches!(
        fetch("down").await,
        Err(PageError::Fetch(FetchError::Server { status: 502, .. }))
    ));
    assert_eq!(
        fetch("file").await.unwrap_err().to_string(),
        "the post's address is no web page but application/pdf; check the post's link on the blog"
    );
    assert!(matches!(fetch("untyped").await, Err(PageError::NotHtml { .. })));
}
