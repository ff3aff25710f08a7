//! One document on the way to a feed: is it the feed, a page that may name it, or neither?

use url::Url;

use crate::{
    FoundFeed, ParseError, ParsedFeed, discover,
    parse::{decode, parse},
    tokens::{TagKind, Token, attr, each_token},
};

/// The head of a page is at its top; no name of a program is looked for below this.
const MOST_BYTES: usize = 64 * 1024;

/// What came from an address.
pub(super) enum Document {
    /// A feed.
    Feed(Box<ParsedFeed>),
    /// A web page, or something that is neither page nor feed.
    Page {
        /// The feeds that it names.
        feeds: Vec<FoundFeed>,
        /// The program that made it, as it says.
        generator: Option<String>,
    },
    /// A feed that cannot be read.
    Broken(ParseError),
}

impl Document {
    /// Reads a document; work for the CPU.
    pub(super) fn read(bytes: &[u8], content_type: Option<&str>, url: &Url) -> Self {
        let error = match parse(bytes, content_type, url) {
            Ok(feed) => return Self::Feed(Box::new(feed)),
            Err(error) => error,
        };
        let is_said_to_be_html = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        let is_no_feed = matches!(
            error,
            ParseError::WebPage { .. } | ParseError::Empty | ParseError::NotAFeed
        );
        if !is_no_feed && !is_said_to_be_html {
            return Self::Broken(error);
        }

        let html = decode(bytes, content_type);
        Self::Page {
            feeds: discover(&html, url),
            generator: generator(&html),
        }
    }
}

/// What `<meta name=generator>` says.
fn generator(html: &str) -> Option<String> {
    let mut generator = None;
    each_token(&html[..html.floor_char_boundary(MOST_BYTES)], |token| {
        if let Token::Tag(tag) = token
            && tag.kind == TagKind::StartTag
            && &*tag.name == "meta"
            && attr(&tag, "name").is_some_and(|name| name.eq_ignore_ascii_case("generator"))
            && generator.is_none()
        {
            generator = attr(&tag, "content").map(str::to_owned);
        }
    });
    generator
}
