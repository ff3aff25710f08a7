//! Addresses and names that must not be reached.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::Router;
use paperround_feed::{FetchError, SystemResolver};

use crate::peers::{FEED, Scripted, fetcher_with, get_from, limits, serve};

#[tokio::test]
async fn addresses_that_are_not_public_are_refused_in_every_spelling() {
    let fetcher = fetcher_with(limits(), &[], SystemResolver);

    for url in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://127.0.0.1./",
        "http://１２７.0.0.1/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://10.0.0.1:8080/",
        "http://169.254.169.254/latest/",
        "http://localhost/",
        "https://[fd00::1]/",
    ] {
        let result = get_from(&fetcher, url).await;
        assert!(matches!(result, Err(FetchError::NotPublic { .. })), "{url}: {result:?}");
    }
}

#[tokio::test]
async fn addresses_that_are_no_web_addresses_are_refused() {
    let fetcher = fetcher_with(limits(), &[], SystemResolver);

    for url in [
        "",
        "blog",
        "ftp://blog.example/",
        "file:///etc/passwd",
        "https://me:word@blog.example/",
        "http://",
        "http://a:0/",
    ] {
        let result = get_from(&fetcher, url).await;
        assert!(matches!(result, Err(FetchError::BadUrl { .. })), "{url}: {result:?}");
    }
}

#[tokio::test]
async fn a_name_is_refused_when_any_of_its_addresses_is_not_public() {
    let resolver = Scripted::default().with("mixed.example", &[&["93.184.216.34", "10.0.0.7"]]);
    let fetcher = fetcher_with(limits(), &[], resolver);

    let error = get_from(&fetcher, "http://mixed.example/").await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "mixed.example is not on the public internet: 10.0.0.7 is a private network address; if it is yours, name \
         it in the setting feed_allow_hosts"
    );
}

#[tokio::test]
async fn a_name_that_turns_private_after_the_check_gains_nothing() {
    let visits = Arc::new(AtomicUsize::new(0));
    let counter = visits.clone();
    let server = serve(Router::new().fallback(move || async move {
        counter.fetch_add(1, Ordering::SeqCst);
        FEED
    }))
    .await;
    // 2d00::/8 counts as public but has never been handed out, so nothing answers there.
    let resolver = Scripted::default().with("turning.example", &[&["2d00::1"], &["127.0.0.1"]]);
    let asked = resolver.asked.clone();
    let fetcher = fetcher_with(limits(), &[], resolver);
    let url = format!("http://turning.example:{}/", server.port());

    let first = get_from(&fetcher, &url).await;
    assert_eq!(asked.lock().unwrap().len(), 1, "one hop looks a name up once");
    let second = get_from(&fetcher, &url).await;

    assert!(
        matches!(first, Err(FetchError::Connection { .. } | FetchError::Timeout { .. })),
        "{first:?}"
    );
    assert!(matches!(second, Err(FetchError::NotPublic { .. })), "{second:?}");
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_allowed_name_is_dialled_where_its_resolver_says() {
    let server = serve(Router::new().fallback(|| async { FEED })).await;
    let host = format!("intranet.example:{}", server.port());
    let resolver = Scripted::default().with("intranet.example", &[&["127.0.0.1"]]);
    let fetcher = fetcher_with(limits(), &[&host], resolver);

    assert!(get_from(&fetcher, &format!("http://{host}/")).await.is_ok());
    assert!(matches!(
        get_from(&fetcher, "http://intranet.example/").await,
        Err(FetchError::NotPublic { .. })
    ));
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_said_to_be_so() {
    let result = get_from(
        &fetcher_with(limits(), &[], Scripted::default()),
        "https://nowhere.example/",
    )
    .await;

    assert_eq!(
        result.unwrap_err().to_string(),
        "the name nowhere.example was not found; check its spelling, or whether the site has moved (no such name)"
    );
}
