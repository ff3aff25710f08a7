//! One look at a feed over the network, which changes nothing.

use std::time::Duration;

use feed::{FetchError, Fetched, ParseError, ParsedFeed, Request};

use crate::Service;

/// What a look showed.
#[derive(Debug, Clone)]
pub enum Looked {
    /// Nothing has changed since the last time.
    Unchanged,
    /// A document.
    Read {
        /// What it says.
        feed: Box<ParsedFeed>,
        /// Where the feed says that it now lives.
        moved_to: Option<String>,
        /// Its `ETag`.
        etag: Option<String>,
        /// Its `Last-Modified`.
        last_modified: Option<String>,
    },
}

/// Why a feed could not be read, in words for staff.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookError {
    /// It could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// It is no feed, or a broken one.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The parser gave up.
    #[error(
        "Paperround stumbled over this feed, which is a fault of ours; please report it with the feed's address ({0})"
    )]
    Reader(String),
}

impl LookError {
    /// How long the site asked us to stay away, where it did.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Fetch(error) => error.retry_after(),
            Self::Parse(_) | Self::Reader(_) => None,
        }
    }
}

/// Fetches and reads a feed.
///
/// # Errors
/// With what staff can do about it.
pub async fn look(service: &Service, request: Request<'_>) -> Result<Looked, LookError> {
    let body = match service.fetcher.fetch(request).await? {
        Fetched::NotModified => return Ok(Looked::Unchanged),
        Fetched::Body(body) => body,
    };
    let (bytes, content_type, url) = (body.bytes, body.content_type, body.final_url);
    let parsed = tokio::task::spawn_blocking(move || feed::parse(&bytes, content_type.as_deref(), &url))
        .await
        .map_err(|error| LookError::Reader(error.to_string()))??;
    Ok(Looked::Read {
        feed: Box::new(parsed),
        moved_to: body.moved_to.map(String::from),
        etag: body.etag,
        last_modified: body.last_modified,
    })
}
