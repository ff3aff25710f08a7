//! RSS, Atom and JSON Feed into one shape.
//!
//! feed-rs reads the formats. Around it stands what it leaves to others: the charset, limits, entities that are never
//! expanded, web pages that pose as feeds, the elements that it drops or that make it fail, and the identity of items.
//! Everything is bounded by the length of the document, whose limit the fetcher sets; parsing is work for the CPU, so
//! call it where blocking is allowed.

mod decode;
mod error;
mod identity;
mod item;
mod json;
mod media;
mod picture;
mod trailer;
mod xml;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::SystemTime,
};

use feed_rs::model;
use url::Url;

pub(crate) use decode::decode;
pub use error::ParseError;
pub use identity::{Identity, canonical_link};
pub use item::Item;

/// Items beyond this are not looked at; feeds show the newest first.
const MAX_ITEMS: usize = 500;

/// What a feed is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RSS 0.9x, 1.0 or 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.x.
    Json,
}

/// A feed, as much of it as matters for a mailing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedFeed {
    /// What it is written in.
    pub format: Format,
    /// Its title as plain text; empty when it has none.
    pub title: String,
    /// The page that it belongs to.
    pub site_url: Option<Url>,
    /// The language that it says it is in, as it says it ("en-us").
    pub language: Option<String>,
    /// The program that wrote it, as it says it.
    pub generator: Option<String>,
    /// Its items, at most 500, in its own order; none twice.
    pub items: Vec<Item>,
}

/// What feed-rs gives no access to, for one item.
#[derive(Debug, Default)]
struct Extra {
    author: Option<String>,
    base: Option<Url>,
    guid_is_link: bool,
    pictures: Vec<picture::Candidate>,
}

/// Reads a document that came from `url` with the `Content-Type` given.
///
/// # Errors
/// [`ParseError`], which says what the document is instead of a feed, or where it is broken.
pub fn parse(bytes: &[u8], content_type: Option<&str>, url: &Url) -> Result<ParsedFeed, ParseError> {
    let text = decode(bytes, content_type);
    let text = text.trim_start();
    let (document, extras) = match text.chars().next() {
        None => return Err(ParseError::Empty),
        Some('{' | '[') => json::prepare(text)?,
        Some('<') if is_web_page(text) => return Err(ParseError::web_page(text, url)),
        Some('<') => xml::prepare(text, url)?,
        Some(_) => return Err(ParseError::NotAFeed),
    };

    let feed = read(&document, url)?;
    Ok(convert(feed, extras, url))
}

/// Runs feed-rs, which panics on a few kinds of rubbish (a number that is too long, an address inside wide brackets).
fn read(document: &str, url: &Url) -> Result<model::Feed, ParseError> {
    let parser = feed_rs::parser::Builder::new()
        .base_uri(Some(url.as_str()))
        // A missing guid has to stay missing: the identity rule decides what takes its place.
        .id_generator(|_, _, _| String::new())
        .sanitize_content(false)
        .timestamp_parser(|text| crate::date::parse(text).map(|at| SystemTime::from(at.timestamp()).into()))
        .build();

    catch_unwind(AssertUnwindSafe(|| parser.parse(document.as_bytes())))
        .map_err(|_| ParseError::Invalid {
            reason: "it holds a value that cannot be read".to_owned(),
        })?
        .map_err(|error| ParseError::from_feed_rs(&error))
}

fn convert(feed: model::Feed, extras: Vec<Extra>, url: &Url) -> ParsedFeed {
    let format = match feed.feed_type {
        model::FeedType::Atom => Format::Atom,
        model::FeedType::JSON => Format::Json,
        model::FeedType::RSS0 | model::FeedType::RSS1 | model::FeedType::RSS2 => Format::Rss,
    };
    let site_url = item::page_of(&feed.links, url).filter(|site| site != url);
    let context = item::Context {
        format,
        feed_url: url,
        feed_authors: &feed.authors,
    };
    let drafts = feed
        .entries
        .into_iter()
        .zip(extras)
        .map(|(entry, extra)| context.item(entry, extra))
        .collect();

    ParsedFeed {
        format,
        title: feed.title.map(|title| item::title(title, format)).unwrap_or_default(),
        site_url,
        language: feed
            .language
            .map(|language| language.trim().to_owned())
            .filter(|language| !language.is_empty()),
        generator: feed
            .generator
            .map(|generator| generator.content)
            .filter(|generator| !generator.is_empty()),
        items: identity::settle(drafts),
    }
}

/// Whether the document opens like a web page.
fn is_web_page(text: &str) -> bool {
    let opening = text[..text.floor_char_boundary(2048)].to_ascii_lowercase();
    let first = |names: &[&str]| names.iter().filter_map(|name| opening.find(name)).min();
    let page = first(&["<!doctype html", "<html"]);
    let feed = first(&["<rss", "<feed", "<rdf"]);

    page.is_some_and(|page| feed.is_none_or(|feed| page < feed))
}
