//! What comes back: documents, validators, statuses, and sizes.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use axum::{
    Router,
    body::{Body as AxumBody, Bytes},
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use paperround_feed::{FetchError, Fetched, Request};

use crate::peers::{FEED, body, get_from, local, serve};

#[tokio::test]
async fn a_document_comes_with_its_type_and_validators_and_we_say_who_asks() {
    async fn feed(headers: HeaderMap) -> impl IntoResponse {
        let agent = headers[header::USER_AGENT].to_str().unwrap();
        assert!(
            agent.starts_with("Paperround/") && agent.ends_with(" (+https://news.example/)"),
            "{agent}"
        );
        assert!(
            headers[header::ACCEPT]
                .to_str()
                .unwrap()
                .contains("application/rss+xml")
        );
        let headers = [
            (header::CONTENT_TYPE, "application/rss+xml"),
            (header::ETAG, "W/\"7\""),
            (header::LAST_MODIFIED, "Tue, 24 Nov 2026 10:00:00 GMT"),
        ];
        (headers, FEED)
    }
    let server = serve(Router::new().route("/feed", get(feed))).await;

    let body = body(get_from(&local(), &format!("http://{server}/feed")).await.unwrap());

    assert_eq!(body.bytes, FEED.as_bytes());
    assert_eq!(body.content_type.as_deref(), Some("application/rss+xml"));
    assert_eq!(body.etag.as_deref(), Some("W/\"7\""));
    assert_eq!(body.last_modified.as_deref(), Some("Tue, 24 Nov 2026 10:00:00 GMT"));
    assert_eq!(body.final_url.as_str(), format!("http://{server}/feed"));
    assert_eq!(body.moved_to, None);
}

#[tokio::test]
async fn validators_of_the_last_answer_make_a_request_conditional() {
    async fn feed(headers: HeaderMap) -> StatusCode {
        assert_eq!(headers[header::IF_NONE_MATCH], "\"7\"");
        assert_eq!(headers[header::IF_MODIFIED_SINCE], "Tue, 24 Nov 2026 10:00:00 GMT");
        StatusCode::NOT_MODIFIED
    }
    let server = serve(Router::new().route("/feed", get(feed))).await;
    let url = format!("http://{server}/feed");
    let request = Request {
        url: &url,
        etag: Some("\"7\""),
        last_modified: Some("Tue, 24 Nov 2026 10:00:00 GMT"),
    };

    assert_eq!(local().fetch(request).await, Ok(Fetched::NotModified));
}

#[tokio::test]
async fn each_status_has_its_error() {
    async fn status(Path(status): Path<u16>) -> Response {
        (
            StatusCode::from_u16(status).unwrap(),
            [(header::RETRY_AFTER, "90")],
            "no feed",
        )
            .into_response()
    }
    let server = serve(Router::new().route("/{status}", get(status))).await;
    let retry_after = Some(Duration::from_secs(90));

    for (status, error) in [
        (204, FetchError::Status { status: 204 }),
        (304, FetchError::Status { status: 304 }),
        (401, FetchError::Forbidden { status: 401 }),
        (403, FetchError::Forbidden { status: 403 }),
        (404, FetchError::NotFound),
        (410, FetchError::Gone),
        (418, FetchError::Status { status: 418 }),
        (429, FetchError::TooManyRequests { retry_after }),
        (
            500,
            FetchError::Server {
                status: 500,
                retry_after,
            },
        ),
        (
            503,
            FetchError::Server {
                status: 503,
                retry_after,
            },
        ),
    ] {
        assert_eq!(
            get_from(&local(), &format!("http://{server}/{status}")).await,
            Err(error)
        );
    }
}

#[tokio::test]
async fn bodies_are_measured_unpacked() {
    let bomb = {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&vec![0; 50_000_000]).unwrap();
        Bytes::from(packer.finish().unwrap())
    };
    assert!(bomb.len() < 100_000);
    let small = {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(FEED.as_bytes()).unwrap();
        Bytes::from(packer.finish().unwrap())
    };
    let router = Router::new()
        .route("/bomb", get(|| async { ([(header::CONTENT_ENCODING, "gzip")], bomb) }))
        .route(
            "/small",
            get(|| async { ([(header::CONTENT_ENCODING, "gzip")], small) }),
        )
        .route(
            "/torn",
            get(|| async { ([(header::CONTENT_ENCODING, "gzip")], "not gzip") }),
        )
        .route("/large", get(|| async { "x".repeat(100_001) }))
        .route("/full", get(|| async { "x".repeat(100_000) }));
    let server = serve(router).await;
    let fetch = async |path: &str| get_from(&local(), &format!("http://{server}/{path}")).await;

    assert_eq!(fetch("bomb").await, Err(FetchError::TooLarge { limit: 100_000 }));
    assert_eq!(fetch("large").await, Err(FetchError::TooLarge { limit: 100_000 }));
    assert_eq!(body(fetch("full").await.unwrap()).bytes.len(), 100_000);
    assert_eq!(body(fetch("small").await.unwrap()).bytes, FEED.as_bytes());
    assert!(matches!(fetch("torn").await, Err(FetchError::Connection { .. })));
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let endless = || async {
        let pieces = std::iter::repeat_with(|| Ok::<_, io::Error>(Bytes::from_static(&[b'x'; 1024])));
        AxumBody::from_stream(futures_util::stream::iter(pieces))
    };
    let server = serve(Router::new().route("/", get(endless))).await;

    assert_eq!(
        get_from(&local(), &format!("http://{server}/")).await,
        Err(FetchError::TooLarge { limit: 100_000 })
    );
}

#[tokio::test]
async fn headers_are_bounded() {
    let many = || async { [("x-padding", "x".repeat(40_000))] };
    let server = serve(Router::new().route("/", get(many))).await;

    assert_eq!(
        get_from(&local(), &format!("http://{server}/")).await,
        Err(FetchError::TooLarge { limit: 32 * 1024 })
    );
}
