//! Headers that keep a page where it belongs. A handler that needs another one sets it, and it stays.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::pages::policy;

/// What every answer carries that does not say otherwise.
const DEFAULTS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, policy::PAGE),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Addresses of pages carry tokens: no other site may see them. With "no-referrer" browsers would leave out also which of
    // our own pages a form comes from (Fetch, "append a request `Origin` header"), which the guard against forms on other
    // sites asks those that say nothing else.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Adds the headers that are not there yet.
pub async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if !may_be_framed(headers) {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    response
}

/// Whether the policy lets other pages show this one in a frame; the older header would forbid it to old browsers.
fn may_be_framed(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_SECURITY_POLICY).iter().all(|policy| {
        !policy
            .as_bytes()
            .windows(22)
            .any(|part| part == b"frame-ancestors 'none'")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_made_for_frames_may_be_framed() {
        for (policy, framed) in [
            (policy::PAGE, false),
            (policy::INBOX, false),
            (policy::EMBED, true),
            (policy::MAIL, true),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy))]);
            assert_eq!(may_be_framed(&headers), framed, "{policy}");
        }
    }
}
