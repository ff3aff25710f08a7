//! Why a document is no feed, in sentences for the people who look after it.

use feed_rs::parser::{ParseErrorKind, ParseFeedError};
use url::Url;

use crate::discover::discover;

/// What is wrong with a document. Each message says what it is and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing but white space.
    #[error("the document is empty; the site may be having trouble, so try again later")]
    Empty,
    /// HTML.
    #[error("this address is a web page, not a feed; {}", advice(feeds))]
    WebPage {
        /// The feeds that the page names.
        feeds: Vec<Url>,
    },
    /// Neither XML nor JSON, or XML and JSON of another kind.
    #[error(
        "this document is not a feed: it is neither RSS, Atom nor JSON Feed; look on the site for a link named RSS or feed"
    )]
    NotAFeed,
    /// It ends before its elements do.
    #[error(
        "the feed breaks off in the middle, as if the site had sent only a part of it; we look again soon, and if it stays \
         so, tell those who run the blog's site"
    )]
    CutOff,
    /// It breaks the rules of XML.
    #[error(
        "the feed is damaged at line {line}, so nothing in it can be read; save the newest post of the blog again, and if \
         that does not help, ask the support of the blog's program, who will want to know: {reason}"
    )]
    BrokenXml {
        /// The line, from 1.
        line: usize,
        /// Which rule, in words for programmers.
        reason: String,
    },
    /// It breaks the rules of JSON.
    #[error(
        "the feed is damaged, so nothing in it can be read; save the newest post of the blog again, and if that does not \
         help, ask the support of the blog's program, who will want to know: {reason}"
    )]
    BrokenJson {
        /// Which rule and where, in words for programmers.
        reason: String,
    },
    /// It is well formed but not as the format says.
    #[error(
        "the feed is put together in a way that we cannot make sense of; ask the support of the blog's program, who will \
         want to know: {reason}"
    )]
    Invalid {
        /// What is wrong, in words for programmers.
        reason: String,
    },
    /// It declares entities, which could expand without end.
    #[error(
        "the feed defines abbreviations of its own, which are refused because they can be a trap; ask the support of the \
         blog's program to write it without XML entities"
    )]
    Entities,
    /// Elements within elements beyond reason.
    #[error(
        "the feed has layer within layer, more than any feed needs, so it is not read; ask the support of the blog's \
         program what has happened to it"
    )]
    TooDeep,
}

impl ParseError {
    /// Names the feeds that a web page links.
    pub(super) fn web_page(html: &str, url: &Url) -> Self {
        Self::WebPage {
            feeds: discover(html, url).into_iter().map(|feed| feed.url).collect(),
        }
    }

    pub(super) fn from_feed_rs(error: &ParseFeedError) -> Self {
        match error {
            ParseFeedError::ParseError(ParseErrorKind::NoFeedRoot) => Self::NotAFeed,
            other => Self::Invalid {
                reason: other.to_string(),
            },
        }
    }
}

fn advice(feeds: &[Url]) -> String {
    match feeds {
        [] => "it names no feed; look on the site for a link named RSS or feed".to_owned(),
        [feed] => format!("it names this feed, use that address: {feed}"),
        feeds => format!(
            "it names these feeds, use one of them: {}",
            feeds.iter().map(Url::as_str).collect::<Vec<_>>().join(" ")
        ),
    }
}
