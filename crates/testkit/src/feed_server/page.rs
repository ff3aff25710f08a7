//! What a path of the feed server answers, from a proper document to a trap.

use std::{convert::Infallible, io::Write, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use futures_util::stream;

/// The answer of a path.
#[derive(Debug, Clone)]
pub enum Page {
    /// A document with its ETag and Last-Modified.
    Document {
        /// Its Content-Type.
        content_type: String,
        /// Its bytes.
        body: Bytes,
    },
    /// A document that comes without validators, so that it is never answered with 304.
    Unversioned {
        /// Its Content-Type.
        content_type: String,
        /// Its bytes.
        body: Bytes,
    },
    /// This status with an empty body.
    Status(StatusCode),
    /// This status with a Location, which may be any text.
    Redirect(StatusCode, String),
    /// The headers at once, then one byte of the text in every span.
    Slow {
        /// What comes in the end.
        body: Bytes,
        /// The span between two bytes.
        every: Duration,
    },
    /// No answer ever.
    Silent,
    /// A feed that begins well and never ends.
    Endless,
    /// A small gzip body that unpacks to this many bytes of spaces.
    GzipBomb(usize),
}

impl Page {
    /// A document of this type.
    #[must_use]
    pub fn new(content_type: &str, body: impl Into<Bytes>) -> Self {
        Self::Document {
            content_type: content_type.to_owned(),
            body: body.into(),
        }
    }

    /// An RSS document.
    #[must_use]
    pub fn rss(body: impl Into<Bytes>) -> Self {
        Self::new("application/rss+xml; charset=utf-8", body)
    }

    /// An Atom document.
    #[must_use]
    pub fn atom(body: impl Into<Bytes>) -> Self {
        Self::new("application/atom+xml; charset=utf-8", body)
    }

    /// A JSON Feed document.
    #[must_use]
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::new("application/feed+json", body)
    }

    /// A web page.
    #[must_use]
    pub fn html(body: impl Into<Bytes>) -> Self {
        Self::new("text/html; charset=utf-8", body)
    }

    pub(super) fn has_validators(&self) -> bool {
        matches!(self, Self::Document { .. })
    }

    pub(super) async fn answer(self) -> Response {
        match self {
            Self::Document { content_type, body } | Self::Unversioned { content_type, body } => {
                ([(header::CONTENT_TYPE, content_type)], body).into_response()
            }
            Self::Status(status) => status.into_response(),
            Self::Redirect(status, to) => (status, [(header::LOCATION, to)]).into_response(),
            Self::Slow { body, every } => {
                let drops = stream::unfold(body, move |mut rest| async move {
                    tokio::time::sleep(every).await;
                    (!rest.is_empty()).then(|| (Ok::<_, Infallible>(rest.split_to(1)), rest))
                });
                xml(Body::from_stream(drops)).into_response()
            }
            Self::Silent => std::future::pending().await,
            Self::Endless => {
                let start = Bytes::from_static(b"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel>");
                let item = Bytes::from_static(b"<item><title>again</title></item>").repeat(1000);
                let pieces = stream::unfold((start, Bytes::from(item)), |(next, item)| async move {
                    Some((Ok::<_, Infallible>(next), (item.clone(), item)))
                });
                xml(Body::from_stream(pieces)).into_response()
            }
            Self::GzipBomb(size) => ([(header::CONTENT_ENCODING, "gzip")], xml(Body::from(bomb(size)))).into_response(),
        }
    }
}

fn xml(body: Body) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/rss+xml")], body)
}

fn bomb(size: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let spaces = [b' '; 64 * 1024];
    let mut left = size;
    while left > 0 {
        let piece = left.min(spaces.len());
        packed.write_all(&spaces[..piece]).expect("memory can be written to");
        left -= piece;
    }
    packed.finish().expect("memory can be written to")
}
