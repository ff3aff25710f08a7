//! What a fetch brings back, and how the header of an answer is read.

use std::time::Duration;

use reqwest::{
    StatusCode,
    header::{DATE, HeaderMap, HeaderName, RETRY_AFTER},
};
use url::Url;

use super::FetchError;

/// A longer validator is not kept: it would be sent with every request.
const MAX_VALIDATOR: usize = 1024;

/// The outcome of a fetch that worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// 304: nothing is new since the validators of the request.
    NotModified,
    /// A document.
    Body(Box<Body>),
}

/// A document and what its header says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The unpacked bytes, in whatever charset they came.
    pub bytes: Vec<u8>,
    /// `Content-Type` as it came.
    pub content_type: Option<String>,
    /// The address that answered, after redirects: the base of relative links.
    pub final_url: Url,
    /// Where the feed says that it now lives, when every redirect on the way was a permanent one.
    pub moved_to: Option<Url>,
    /// `ETag` as it came, for the next request.
    pub etag: Option<String>,
    /// `Last-Modified` as it came, for the next request.
    pub last_modified: Option<String>,
}

/// A header's value where it is readable text.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// An `ETag` or `Last-Modified` that is short enough to be kept.
pub(super) fn validator(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    text(headers, name).filter(|value| !value.is_empty() && value.len() <= MAX_VALIDATOR)
}

/// The number of bytes that names and values take.
pub(super) fn size(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

/// The error that a status stands for.
pub(super) fn refusal(status: StatusCode, headers: &HeaderMap) -> FetchError {
    let retry_after = retry_after(headers);
    match status.as_u16() {
        404 => FetchError::NotFound,
        410 => FetchError::Gone,
        status @ (401 | 403 | 407 | 451) => FetchError::Forbidden { status },
        429 => FetchError::TooManyRequests { retry_after },
        status @ 500..=599 => FetchError::Server { status, retry_after },
        status => FetchError::Status { status },
    }
}

/// `Retry-After` (RFC 9110, 10.2.3) in seconds or as a date, which is compared with the answer's own `Date`: the two
/// come from one clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER)?;
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| jiff::fmt::rfc2822::parse(text.trim()).ok();
    let span = date(&value)?.duration_since(&date(&text(headers, DATE)?)?);

    Some(Duration::try_from(span).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let seconds = headers(&[(RETRY_AFTER, "120")]);
        let date = headers(&[
            (DATE, "Tue, 24 Nov 2026 10:00:00 GMT"),
            (RETRY_AFTER, "Tue, 24 Nov 2026 10:05:00 GMT"),
        ]);
        let past = headers(&[
            (DATE, "Tue, 24 Nov 2026 10:00:00 GMT"),
            (RETRY_AFTER, "Tue, 24 Nov 2026 09:00:00 GMT"),
        ]);

        assert_eq!(retry_after(&seconds), Some(Duration::from_secs(120)));
        assert_eq!(retry_after(&date), Some(Duration::from_secs(300)));
        assert_eq!(retry_after(&past), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers(&[(RETRY_AFTER, "soon")])), None);
    }
}
