//! What a search for a feed ends with.

use std::fmt;

use url::Url;

use crate::{FetchError, FoundFeed, ParseError, ParsedFeed};

/// A feed that was found, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The address to watch: past every redirect that is for good, before the first that may lead elsewhere tomorrow.
    pub url: Url,
    /// What the feed says now.
    pub feed: ParsedFeed,
    /// `ETag` as it came, for the next request.
    pub etag: Option<String>,
    /// `Last-Modified` as it came, for the next request.
    pub last_modified: Option<String>,
    /// How it was found.
    pub how: How,
    /// The other feeds that the page names, without those of comments; none of them was looked at.
    pub alternatives: Vec<FoundFeed>,
}

/// How a feed was found; displayed, it is a sentence for staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The address that was given is the feed.
    Itself,
    /// The page at the address names it.
    Named,
    /// It is where blog programs put theirs.
    WellKnown {
        /// The program that is known for this address; what runs there may be another.
        program: &'static str,
    },
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Itself => f.write_str("The address is the feed itself."),
            Self::Named => f.write_str("The page at this address names the feed."),
            Self::WellKnown { program } => write!(
                f,
                "The page names no feed that can be read; this one is where {program} usually puts it. Check that its posts \
                 are the ones you mean."
            ),
        }
    }
}

/// Why no feed was found. Each message says what happened and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// The address that was given could not be fetched, and nothing was found around it.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The address that was given is a feed, but a broken one.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The page names a feed that could not be read, and no other was found.
    #[error("the page names the feed {url}, which could not be read: {reason}")]
    Named {
        /// The first feed that it names.
        url: Url,
        /// What is wrong with it.
        reason: String,
    },
    /// There is none to be found.
    #[error(
        "no feed was found: the page names none, and there is none at {tried} addresses where blogs usually have one; turn \
         the feed on in the blog's settings (it may be called RSS), or ask who looks after the site for the feed's address"
    )]
    None {
        /// The number of addresses that were tried besides the page's own.
        tried: usize,
    },
    /// The time was over before all was tried.
    #[error(
        "looking for the feed took too long, because {host} is slow; try again later, or give the feed's own address"
    )]
    TooSlow {
        /// The host that was being asked last.
        host: String,
    },
    /// The reader gave up.
    #[error("what came from this address could not be read: {0}; give the feed's own address")]
    Reader(String),
}
