//! A blog's web server for tests: serves what it is told to, as faithfully or as badly as it is told to.
//!
//! Documents carry an ETag and a Last-Modified and are answered with 304 when the client has them already.

mod page;

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::background::Background;

pub use self::page::Page;

/// When the first version of every document was changed, in seconds since 1970; each later one is a minute younger.
const FIRST_CHANGE: i64 = 1_767_225_600;

/// A running web server on a loopback port of its own. Dropping it closes everything.
#[derive(Debug)]
pub struct FeedServer {
    site: Arc<Site>,
    address: SocketAddr,
    _background: Background,
}

/// One request as the server saw it.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The path that was asked for.
    pub path: String,
    /// The request's headers.
    pub headers: HeaderMap,
    /// The status it was answered with.
    pub status: StatusCode,
}

#[derive(Debug, Default)]
struct Site {
    pages: Mutex<HashMap<String, Versioned>>,
    visits: Mutex<Vec<Visit>>,
}

/// A page, and how often its path was published.
#[derive(Debug, Clone)]
struct Versioned {
    page: Page,
    version: i64,
}

impl FeedServer {
    /// Starts a server that answers 404 to everything.
    ///
    /// # Panics
    /// When the machine has no free port on loopback.
    #[must_use]
    pub fn start() -> Self {
        let background = Background::start("feed-server");
        let site = Arc::new(Site::default());
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        listener.set_nonblocking(true).expect("sockets can be non-blocking");
        let app = Router::new().fallback(answer).with_state(Arc::clone(&site));
        background.runtime().spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, app).await
        });
        Self {
            site,
            address,
            _background: background,
        }
    }

    /// The address of a path, such as `http://127.0.0.1:PORT/feed.xml`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Serves `page` at `path` from now on, as a new version even when nothing changed.
    pub fn publish(&self, path: &str, page: Page) {
        let mut pages = self.site.pages();
        let version = pages.get(path).map_or(0, |old| old.version + 1);
        pages.insert(path.to_owned(), Versioned { page, version });
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn visits(&self) -> Vec<Visit> {
        self.site.visits().clone()
    }

    /// How many requests for `path` were answered with `status`.
    #[must_use]
    pub fn count(&self, path: &str, status: u16) -> usize {
        let visits = self.site.visits();
        visits
            .iter()
            .filter(|v| v.path == path && v.status.as_u16() == status)
            .count()
    }
}

impl Site {
    fn pages(&self) -> MutexGuard<'_, HashMap<String, Versioned>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn visits(&self) -> MutexGuard<'_, Vec<Visit>> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Versioned {
    fn etag(&self) -> String {
        format!("\"v{}\"", self.version)
    }

    fn last_modified(&self) -> String {
        let changed = jiff::Timestamp::from_second(FIRST_CHANGE + 60 * self.version).expect("the year is near");
        jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&changed)
            .expect("the year has four digits")
    }

    /// Whether the client has this version (RFC 9110, section 13.2.2: the date counts only without an ETag).
    fn is_known_to(&self, headers: &HeaderMap) -> bool {
        match (
            headers.get(header::IF_NONE_MATCH),
            headers.get(header::IF_MODIFIED_SINCE),
        ) {
            (Some(etag), _) => etag.as_bytes() == self.etag().as_bytes(),
            (None, Some(date)) => date.as_bytes() == self.last_modified().as_bytes(),
            (None, None) => false,
        }
    }

    async fn answer(self, headers: &HeaderMap) -> Response {
        if !self.page.has_validators() {
            return self.page.answer().await;
        }
        let validators = [
            (header::ETAG, self.etag()),
            (header::LAST_MODIFIED, self.last_modified()),
        ]
        .map(|(name, value)| (name, HeaderValue::from_str(&value).expect("validators are ASCII")));
        if self.is_known_to(headers) {
            (StatusCode::NOT_MODIFIED, validators).into_response()
        } else {
            (validators, self.page.answer().await).into_response()
        }
    }
}

async fn answer(State(site): State<Arc<Site>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let page = site.pages().get(&path).cloned();
    let response = match page {
        Some(page) => page.answer(request.headers()).await,
        None => StatusCode::NOT_FOUND.into_response(),
    };
    site.visits().push(Visit {
        path,
        headers: request.headers().clone(),
        status: response.status(),
    });
    response
}
