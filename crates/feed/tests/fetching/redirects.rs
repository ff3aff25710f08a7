//! Where a redirect may lead.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect},
    routing::get,
};
use paperround_feed::{FetchError, SystemResolver};

use crate::peers::{FEED, Scripted, body, fetcher_with, get_from, limits, local, serve};

#[tokio::test]
async fn redirects_are_followed_and_a_permanent_move_is_reported() {
    let router = Router::new()
        .route("/old", get(|| async { Redirect::permanent("/newer") }))
        .route(
            "/newer",
            get(|| async { (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, "feed")]) }),
        )
        .route("/for-now", get(|| async { Redirect::temporary("/old") }))
        .route("/feed", get(|| async { FEED }));
    let server = serve(router).await;

    let moved = body(get_from(&local(), &format!("http://{server}/old")).await.unwrap());
    let elsewhere = body(get_from(&local(), &format!("http://{server}/for-now")).await.unwrap());

    assert_eq!(moved.final_url.path(), "/feed");
    assert_eq!(moved.moved_to, Some(moved.final_url));
    assert_eq!(elsewhere.moved_to, None);
}

#[tokio::test]
async fn redirects_without_end_or_aim_are_given_up() {
    let router = Router::new()
        .route("/circle", get(|| async { Redirect::temporary("/circle") }))
        .route("/nowhere", get(|| async { StatusCode::FOUND }))
        .route("/file", get(|| async { Redirect::temporary("file:///etc/passwd") }))
        .route(
            "/secret",
            get(|| async { Redirect::temporary("http://user:word@blog.example/") }),
        )
        .route(
            "/{n}",
            get(|Path(n): Path<u8>| async move {
                if n == 0 {
                    FEED.into_response()
                } else {
                    Redirect::temporary(&format!("/{}", n - 1)).into_response()
                }
            }),
        );
    let server = serve(router).await;
    let fetch = async |path: &str| get_from(&local(), &format!("http://{server}/{path}")).await;

    assert_eq!(fetch("circle").await, Err(FetchError::TooManyRedirects { limit: 5 }));
    assert_eq!(fetch("nowhere").await, Err(FetchError::TooManyRedirects { limit: 5 }));
    assert_eq!(fetch("6").await, Err(FetchError::TooManyRedirects { limit: 5 }));
    assert!(fetch("5").await.is_ok());
    assert!(matches!(fetch("file").await, Err(FetchError::BadUrl { .. })));
    assert!(matches!(fetch("secret").await, Err(FetchError::BadUrl { .. })));
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused_unvisited() {
    let visits = Arc::new(AtomicUsize::new(0));
    let counter = visits.clone();
    let inner = serve(Router::new().fallback(move || async move {
        counter.fetch_add(1, Ordering::SeqCst);
        FEED
    }))
    .await;
    let there = format!("http://{inner}/");
    let outer = serve(Router::new().route("/", get(|| async move { Redirect::temporary(&there) }))).await;
    let fetcher = fetcher_with(limits(), &[&outer.to_string()], SystemResolver);

    let result = get_from(&fetcher, &format!("http://{outer}/")).await;

    assert!(matches!(result, Err(FetchError::NotPublic { .. })), "{result:?}");
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_to_a_name_that_stands_for_a_private_address_is_refused() {
    let there = "http://inside.example/";
    let outer = serve(Router::new().route("/", get(move || async move { Redirect::temporary(there) }))).await;
    let resolver = Scripted::default().with("inside.example", &[&["192.168.1.1"]]);
    let fetcher = fetcher_with(limits(), &[&outer.to_string()], resolver);

    let error = get_from(&fetcher, &format!("http://{outer}/")).await.unwrap_err();

    assert!(
        matches!(&error, FetchError::NotPublic { host, .. } if host == "inside.example"),
        "{error:?}"
    );
}
