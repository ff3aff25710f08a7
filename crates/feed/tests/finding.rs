//! From a blog's address to its feed, against a real site on this machine.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use paperround_feed::{
    FetchError, Fetcher, FindError, Found, How, Limits, MOST_REQUESTS, ParseError, Settings, SystemResolver, find,
};
use tokio::net::TcpListener;

/// A site: what it answers at each path with its query, and what it was asked for.
#[derive(Clone, Default)]
struct Site {
    answers: HashMap<&'static str, (StatusCode, &'static str, String)>,
    otherwise: Option<Duration>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    fn with(mut self, path: &'static str, kind: &'static str, body: impl Into<String>) -> Self {
        self.answers.insert(path, (StatusCode::OK, kind, body.into()));
        self
    }

    fn page(self, path: &'static str, head: &str) -> Self {
        let html = format!("<!doctype html><html><head>{head}</head><body><h1>Our blog</h1></body></html>");
        self.with(path, "text/html", html)
    }

    fn feed(self, path: &'static str, title: &str) -> Self {
        self.with(path, "application/rss+xml", rss(title))
    }

    fn status(mut self, path: &'static str, status: StatusCode, location: &'static str) -> Self {
        self.answers.insert(path, (status, location, String::new()));
        self
    }

    /// Answers every other path after this long.
    fn slow(mut self, wait: Duration) -> Self {
        self.otherwise = Some(wait);
        self
    }

    async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(site): State<Site>, uri: Uri) -> Response {
    site.asked.lock().unwrap().push(uri.to_string());
    let Some((status, kind, body)) = site.answers.get(&*uri.to_string()).cloned() else {
        if let Some(wait) = site.otherwise {
            tokio::time::sleep(wait).await;
        }
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut headers = HeaderMap::new();
    if status.is_redirection() {
        headers.insert(header::LOCATION, kind.parse().unwrap());
    } else {
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        headers.insert(header::ETAG, "\"7\"".parse().unwrap());
        headers.insert(header::LAST_MODIFIED, "Tue, 24 Nov 2026 10:00:00 GMT".parse().unwrap());
    }
    (status, headers, body).into_response()
}

fn rss(title: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>{title}</title><item><guid>1</guid><title>A post</title></item></channel></rss>"
    )
}

fn fetcher(total: Duration) -> Fetcher {
    let settings = Settings {
        public_url: "https://news.example/".parse().unwrap(),
        allow_hosts: vec!["127.0.0.1".parse().unwrap()],
        limits: Limits {
            total,
            ..Limits::default()
        },
    };
    Fetcher::new(settings, Arc::new(SystemResolver)).unwrap()
}

async fn find_at(site: &Site, path: &str) -> (SocketAddr, Result<Found, FindError>) {
    let server = site.serve().await;
    let result = find(&fetcher(Duration::from_secs(20)), &format!("http://{server}{path}")).await;
    (server, result)
}

#[tokio::test]
async fn an_address_that_is_a_feed_is_taken_as_it_is_with_its_validators() {
    let site = Site::default().feed("/feed/", "The Clinic");

    let (server, found) = find_at(&site, "/feed/").await;

    let found = found.unwrap();
    assert_eq!(found.url.as_str(), format!("http://{server}/feed/"));
    assert_eq!(found.feed.title, "The Clinic");
    assert_eq!(found.etag.as_deref(), Some("\"7\""));
    assert_eq!(found.last_modified.as_deref(), Some("Tue, 24 Nov 2026 10:00:00 GMT"));
    assert_eq!(found.how, How::Itself);
    assert_eq!(found.how.to_string(), "The address is the feed itself.");
    assert_eq!(site.asked(), ["/feed/"]);
}

#[tokio::test]
async fn the_first_named_feed_that_can_be_read_is_taken_and_those_of_comments_never() {
    let head = r#"<link rel="alternate" type="application/rss+xml" title="Clinic &raquo; Comments Feed" href="/all/feed/">
        <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
        <link rel="alternate" type="application/rss+xml" title="Gone" href="/old.xml">
        <link rel="alternate" type="application/rss+xml" title="Clinic" href="/news.xml">
        <link rel="alternate" type="application/atom+xml" title="Atom" href="/atom">"#;
    let site = Site::default()
        .page("/blog", head)
        .feed("/news.xml", "The Clinic")
        .feed("/all/feed/", "Comments")
        .feed("/comments/feed/", "Comments");

    let (_, found) = find_at(&site, "/blog").await;

    let found = found.unwrap();
    let others: Vec<_> = found.alternatives.iter().map(|feed| feed.url.path()).collect();
    assert_eq!(found.url.path(), "/news.xml");
    assert_eq!(found.how, How::Named);
    assert_eq!(others, ["/old.xml", "/atom"]);
    assert_eq!(site.asked(), ["/blog", "/old.xml", "/news.xml"]);
}

#[tokio::test]
async fn a_page_that_names_no_feed_has_one_where_its_program_puts_it() {
    for (path, page, program) in [
        ("/blog/feed/", "/blog/", "WordPress"),
        ("/?feed=rss2", "/", "WordPress"),
        ("/rss/", "/", "Ghost"),
        ("/blog-feed.xml", "/blog", "Wix"),
        ("/feed", "/", "Substack"),
        ("/blog?format=rss", "/blog", "Squarespace"),
        ("/blog?format=rss", "/", "Squarespace"),
        ("/feed.xml", "/", "Jekyll"),
        ("/posts/index.xml", "/posts/", "Hugo"),
        ("/feeds/posts/default", "/2026/11/a-post.html", "Blogger"),
        ("/feed/@jane", "/@jane/a-post-1f2e", "Medium"),
        ("/atom.xml", "/", "a hand-written site"),
        ("/rss.xml", "/blog", "a hand-written site"),
        ("/feed.json", "/", "a hand-written site"),
    ] {
        let site = Site::default().page(page, "").feed(path, "The Clinic");

        let (server, found) = find_at(&site, page).await;

        let found = found.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(found.url.as_str(), format!("http://{server}{path}"));
        assert_eq!(found.how, How::WellKnown { program }, "{path}");
        assert!(site.asked().len() <= MOST_REQUESTS, "{path}");
    }
}

#[tokio::test]
async fn the_comments_on_a_page_are_not_its_blog() {
    let site = Site::default()
        .page("/a-post", "")
        .feed("/a-post/feed/", "Comments on: A post")
        .feed("/feed/", "The Clinic");

    let (_, found) = find_at(&site, "/a-post").await;

    assert_eq!(found.unwrap().url.path(), "/feed/");
}

#[tokio::test]
async fn a_site_without_a_feed_is_asked_a_bounded_number_of_times_and_staff_hear_what_to_do() {
    let site = Site::default().page("/a/blog/", "");

    let (_, found) = find_at(&site, "/a/blog/").await;

    assert_eq!(site.asked().len(), MOST_REQUESTS);
    assert_eq!(
        found.unwrap_err().to_string(),
        "no feed was found: the page names none, and there is none at 15 addresses where blogs usually have one; turn the \
         feed on in the blog's settings (it may be called RSS), or ask who looks after the site for the feed's address"
    );
}

#[tokio::test]
async fn a_site_that_answers_everything_with_a_page_has_no_feed() {
    let mut site = Site::default().page("/", "");
    for path in [
        "/feed/",
        "/feed",
        "/rss/",
        "/feed.xml",
        "/index.xml",
        "/atom.xml",
        "/rss.xml",
    ] {
        site = site.page(path, "");
    }

    let (_, found) = find_at(&site, "/").await;

    assert!(matches!(found, Err(FindError::None { .. })), "{found:?}");
}

#[tokio::test]
async fn a_named_feed_that_is_broken_is_what_staff_hear_about() {
    let head = r#"<link rel="alternate" type="application/rss+xml" href="/news.xml">"#;
    let site = Site::default()
        .page("/", head)
        .with("/news.xml", "application/rss+xml", "<rss><channel>");

    let (server, found) = find_at(&site, "/").await;

    assert_eq!(
        found.unwrap_err().to_string(),
        format!(
            "the page names the feed http://{server}/news.xml, which could not be read: the feed breaks off in \
             the middle, as if the site had sent only a part of it; we look again soon, and if it stays so, tell those who \
             run the blog's site"
        )
    );
}

#[tokio::test]
async fn an_address_that_is_a_broken_feed_or_nothing_at_all_is_said_to_be_so_at_once() {
    let site = Site::default().with("/feed/", "application/rss+xml", "<rss><channel>");

    let (_, broken) = find_at(&site, "/feed/").await;
    let (_, missing) = find_at(&site, "/nothing").await;

    assert!(
        matches!(broken, Err(FindError::Parse(ParseError::CutOff))),
        "{broken:?}"
    );
    assert_eq!(missing, Err(FindError::Fetch(FetchError::NotFound)));
    assert_eq!(site.asked(), ["/feed/", "/nothing"]);
}

#[tokio::test]
async fn a_site_that_turns_robots_from_its_pages_may_still_show_its_feed() {
    let site = Site::default().status("/", StatusCode::FORBIDDEN, "text/html");
    let with_feed = site.clone().feed("/feed/", "The Clinic");

    let (_, without) = find_at(&site, "/").await;
    let (_, found) = find_at(&with_feed, "/").await;

    assert_eq!(without, Err(FindError::Fetch(FetchError::Forbidden { status: 403 })));
    assert_eq!(found.unwrap().url.path(), "/feed/");
}

#[tokio::test]
async fn a_site_that_asks_for_peace_gets_it() {
    let site = Site::default()
        .page("/", "")
        .status("/feed/", StatusCode::TOO_MANY_REQUESTS, "text/html");

    let (_, found) = find_at(&site, "/").await;

    assert_eq!(
        found,
        Err(FindError::Fetch(FetchError::TooManyRequests { retry_after: None }))
    );
    assert_eq!(site.asked(), ["/", "/feed/"]);
}

#[tokio::test]
async fn a_move_for_good_is_followed_for_good_and_a_detour_is_not() {
    let site = Site::default()
        .feed("/new", "The Clinic")
        .status("/for-good", StatusCode::MOVED_PERMANENTLY, "/new")
        .status("/for-now", StatusCode::FOUND, "/new");

    let (_, for_good) = find_at(&site, "/for-good").await;
    let (_, for_now) = find_at(&site, "/for-now").await;

    assert_eq!(for_good.unwrap().url.path(), "/new");
    assert_eq!(for_now.unwrap().url.path(), "/for-now");
}

#[tokio::test]
async fn a_slow_site_does_not_make_the_search_longer_than_one_document() {
    let site = Site::default().page("/", "").slow(Duration::from_millis(700));
    let server = site.serve().await;
    let start = Instant::now();

    let found = find(&fetcher(Duration::from_secs(2)), &format!("http://{server}/")).await;

    assert_eq!(
        found,
        Err(FindError::TooSlow {
            host: "127.0.0.1".to_owned()
        })
    );
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn neither_a_named_feed_nor_an_address_leads_into_a_private_network() {
    let secret = Site::default().feed("/feed", "Secret");
    let inside = secret.serve().await;
    let head = format!(r#"<link rel="alternate" type="application/rss+xml" href="http://{inside}/feed">"#);
    let site = Site::default().page("/", &head);
    let server = site.serve().await;
    let settings = Settings {
        public_url: "https://news.example/".parse().unwrap(),
        allow_hosts: vec![server.to_string().parse().unwrap()],
        limits: Limits::default(),
    };
    let fetcher = Fetcher::new(settings, Arc::new(SystemResolver)).unwrap();

    let found = find(&fetcher, &format!("http://{server}/")).await;
    let direct = find(&fetcher, "127.0.0.1/blog").await;

    assert!(matches!(found, Err(FindError::Named { .. })), "{found:?}");
    assert!(
        matches!(direct, Err(FindError::Fetch(FetchError::NotPublic { .. }))),
        "{direct:?}"
    );
    assert_eq!(secret.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn nonsense_is_no_address() {
    for address in [
        "",
        "our blog",
        "javascript:alert(1)",
        "mailto:desk@clinic.example",
        "file:///etc/passwd",
    ] {
        let found = find(&fetcher(Duration::from_secs(2)), address).await;

        assert!(
            matches!(found, Err(FindError::Fetch(FetchError::BadUrl { .. }))),
            "{address:?}: {found:?}"
        );
    }
}
