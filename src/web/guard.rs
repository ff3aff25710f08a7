//! The guard against forms on other sites: what changes something comes from our own pages.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{App, WebError, WebSettings, hooks};

/// Routes that other sites and mail programs are meant to post to; the sample blog is another site that may publish.
/// The API asks for a token, which no browser adds by itself.
const OPEN: [&str; 5] = [
    "/subscribe",
    "/unsubscribe/{token}",
    "/embed/{list}",
    "/demo/publish",
    hooks::FEED,
];
const API: &str = "/api/";

/// Refuses a change that a browser says was asked for by another site's page.
pub async fn refuse_other_sites(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let is_open = OPEN.contains(&route) || route.starts_with(API);
    if reads || is_open || is_from_our_own_page(request.headers(), &app.web) {
        next.run(request).await
    } else {
        WebError::Forbidden("a page of another site asked for a change").into_response()
    }
}

/// What the browser says (Fetch Metadata; before that, `Origin`). Programs that say nothing are no browsers, and bring
/// nobody's cookies.
fn is_from_our_own_page(headers: &HeaderMap, web: &WebSettings) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()) else {
        return true;
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    origin == web.public_url.origin().ascii_serialization()
        || host.is_some_and(|host| origin.split_once("://").is_some_and(|(_, ours)| ours == host))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::web::TrustedProxies;

    fn passes(headers: &[(&'static str, &'static str)]) -> bool {
        let web = WebSettings {
            public_url: Url::parse("https://news.example.org").unwrap(),
            trusted_proxies: TrustedProxies::new([]),
            cors_origins: Vec::new(),
        };
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        is_from_our_own_page(&headers, &web)
    }

    #[test]
    fn a_browser_on_another_site_is_refused() {
        assert!(!passes(&[("sec-fetch-site", "cross-site")]));
        assert!(!passes(&[("sec-fetch-site", "same-site")]));
        assert!(!passes(&[("origin", "https://evil.example")]));
        assert!(!passes(&[("origin", "null")]));
    }

    #[test]
    fn our_own_pages_and_programs_that_are_no_browsers_pass() {
        assert!(passes(&[("sec-fetch-site", "same-origin")]));
        assert!(passes(&[("origin", "https://news.example.org")]));
        assert!(passes(&[
            ("origin", "http://127.0.0.1:8080"),
            ("host", "127.0.0.1:8080")
        ]));
        assert!(passes(&[]));
    }
}
