//! The fetcher against a real server on this machine, which behaves as badly as servers can.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::{
    collections::HashMap,
    io::{self, Write as _},
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body as AxumBody, Bytes},
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use paperround_feed::{
    Body, FetchError, Fetched, Fetcher, Limits, Lookup, Request, Resolver, Settings, SystemResolver,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Local</title></channel></rss>";

/// Serves `router` on a free port of this machine.
async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn limits() -> Limits {
    Limits {
        body: 100_000,
        total: Duration::from_secs(5),
        connect: Duration::from_secs(2),
        idle: Duration::from_secs(1),
        ..Limits::default()
    }
}

fn fetcher_with(limits: Limits, allow: &[&str], resolver: impl Resolver + 'static) -> Fetcher {
    let settings = Settings {
        public_url: "https://news.example/".parse().unwrap(),
        allow_hosts: allow.iter().map(|host| host.parse().unwrap()).collect(),
        limits,
    };
    Fetcher::new(settings, Arc::new(resolver)).unwrap()
}

fn local() -> Fetcher {
    fetcher_with(limits(), &["127.0.0.1"], SystemResolver)
}

async fn get_from(fetcher: &Fetcher, url: &str) -> Result<Fetched, FetchError> {
    fetcher
        .fetch(Request {
            url,
            etag: None,
            last_modified: None,
        })
        .await
}

fn body(fetched: Fetched) -> Body {
    match fetched {
        Fetched::Body(body) => *body,
        Fetched::NotModified => panic!("nothing was modified"),
    }
}

/// Answers from a script: each look-up of a name takes its next line, and the last one stays.
#[derive(Clone, Default)]
struct Scripted {
    answers: HashMap<&'static str, Vec<Vec<IpAddr>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    fn with(mut self, name: &'static str, answers: &[&[&str]]) -> Self {
        let parse = |line: &&[&str]| line.iter().map(|address| address.parse().unwrap()).collect();
        self.answers.insert(name, answers.iter().map(parse).collect());
        self
    }
}

impl Resolver for Scripted {
    fn lookup(&self, name: &str) -> Lookup {
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|other| *other == name).count();
        asked.push(name.to_owned());
        let answer = self
            .answers
            .get(name)
            .map(|lines| lines[before.min(lines.len() - 1)].clone())
            .ok_or_else(|| io::Error::other("no such name"));
        Box::pin(async move { answer })
    }
}

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

/// A server that reads a request and writes `opening`, then `drip` every 100 ms for ever.
async fn dripping(opening: &'static [u8], drip: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _request = stream.read(&mut [0; 1024]).await;
                stream.write_all(opening).await.ok();
                while stream.write_all(drip).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn servers_that_say_nothing_or_little_are_left() {
    let silent = dripping(b"", b"").await;
    let stalling = dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab", b"").await;
    let slow = dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x").await;
    let limits = Limits {
        total: Duration::from_millis(1500),
        ..limits()
    };
    let fetcher = fetcher_with(limits, &["127.0.0.1"], SystemResolver);
    let timeout = Err(FetchError::Timeout {
        host: "127.0.0.1".to_owned(),
    });

    for server in [silent, stalling, slow] {
        let start = Instant::now();

        assert_eq!(get_from(&fetcher, &format!("http://{server}/")).await, timeout);
        assert!(start.elapsed() < Duration::from_secs(4));
    }
}

#[tokio::test]
async fn connections_that_fail_say_how() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let plain = serve(Router::new()).await;
    let rude = dripping(b"220 mail.example ESMTP\r\n", b"").await;

    assert_eq!(
        get_from(&local(), &format!("http://{gone}/")).await,
        Err(FetchError::Refused {
            host: "127.0.0.1".to_owned()
        })
    );
    assert!(matches!(
        get_from(&local(), &format!("https://{plain}/")).await,
        Err(FetchError::Tls { .. })
    ));
    assert!(matches!(
        get_from(&local(), &format!("http://{rude}/")).await,
        Err(FetchError::Connection { .. })
    ));
}

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
