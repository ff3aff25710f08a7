//! A post's address into what its page says.

use url::Url;

use super::{PageFacts, read_page};
use crate::{FetchError, Fetched, Fetcher, Request, parse::decode};

/// Why a post's page could not be read. Each message says what happened and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// 404 or 410: whoever follows a link to this post finds nothing, so it must not be mailed.
    #[error("the post's page is gone from the site; publish it again, or leave it out")]
    Gone,
    /// The page could not be fetched for another reason, which may pass.
    #[error(transparent)]
    Fetch(FetchError),
    /// What came is no web page.
    #[error("the post's address is no web page but {kind}; check the post's link on the blog")]
    NotHtml {
        /// Its type, as the site says.
        kind: String,
    },
    /// The reader gave up.
    #[error(
        "Paperround stumbled over the post's page, which is a fault of ours; please report it with the page's address ({0})"
    )]
    Reader(String),
}

impl From<FetchError> for PageError {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::NotFound | FetchError::Gone => Self::Gone,
            other => Self::Fetch(other),
        }
    }
}

/// Fetches and reads a post's page, within the same guard and limits as a feed.
///
/// # Errors
/// [`PageError::Gone`] when the post is no longer there, and others with what staff can do about them.
pub async fn fetch_page(fetcher: &Fetcher, url: &Url) -> Result<PageFacts, PageError> {
    let request = Request {
        url: url.as_str(),
        etag: None,
        last_modified: None,
    };
    let Fetched::Body(body) = fetcher.fetch_page(request).await? else {
        unreachable!("304 answers only a request with validators");
    };
    if let Some(kind) = no_page(body.content_type.as_deref(), &body.bytes) {
        return Err(PageError::NotHtml { kind });
    }

    tokio::task::spawn_blocking(move || {
        let html = decode(&body.bytes, body.content_type.as_deref());
        read_page(&html, &body.final_url)
    })
    .await
    .map_err(|error| PageError::Reader(error.to_string()))
}

/// What a document is instead of a web page: its type decides, and without one its first character.
fn no_page(content_type: Option<&str>, bytes: &[u8]) -> Option<String> {
    let kind = content_type
        .and_then(|kind| kind.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase())
        .filter(|kind| !kind.is_empty());
    match kind {
        Some(kind) if matches!(&*kind, "text/html" | "application/xhtml+xml") => None,
        Some(kind) => Some(kind),
        None if bytes.trim_ascii_start().first().is_some_and(|first| *first == b'<') => None,
        None => Some("something of no type".to_owned()),
    }
}
