//! The pictures that RSS and Atom attach: enclosures, Media RSS, podcast covers.

use std::borrow::Cow;

use quick_xml::{escape::unescape, events::BytesStart};

use super::picture::Candidate;
use crate::text::title_from_html;

/// The namespaces of Media RSS: its inventor's, and that of those who look after it now, which Squarespace writes.
pub(super) const MEDIA: &[&str] = &["http://search.yahoo.com/mrss/", "http://www.rssboard.org/media-rss"];
/// The namespace of podcast feeds.
pub(super) const ITUNES: &str = "http://www.itunes.com/dtds/podcast-1.0.dtd";

/// A longer text is a caption or the post's summary, not what a picture shows.
const MAX_ALT: usize = 160;

/// The value of an attribute, with its references resolved.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok()??;
    Some(unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), Cow::into_owned))
}

/// A file whose address stands in the attribute named `address`.
pub(super) fn file(start: &BytesStart<'_>, address: &str) -> Option<Candidate> {
    let number = |name: &str| attribute(start, name)?.trim().parse().ok();
    Some(Candidate {
        url: attribute(start, address)?,
        kind: attribute(start, "type").or_else(|| attribute(start, "medium")),
        width: number("width"),
        height: number("height"),
        ..Candidate::default()
    })
}

/// A picture that only hints at another: `media:thumbnail`, `itunes:image`.
pub(super) fn stand_in(start: &BytesStart<'_>, address: &str) -> Option<Candidate> {
    Some(Candidate {
        kind: Some("image".to_owned()),
        is_stand_in: true,
        ..file(start, address)?
    })
}

/// What a `media:title` or `media:description` says, where it may be what the picture shows: a few words, neither a
/// file's name nor a whole text.
pub(super) fn alt(element: &str) -> Option<String> {
    let text = inner_text(element)?;
    let is_alt = text.contains(' ') && text.chars().count() <= MAX_ALT && !text.contains("://");
    is_alt.then_some(text)
}

/// The text of an element that may be a CDATA section, on one line and without markup; `element` begins with its start
/// tag.
pub(super) fn inner_text(element: &str) -> Option<String> {
    let inner = &element[element.find('>')? + 1..];
    Some(title_from_html(&inner.replace("<![CDATA[", "").replace("]]>", "")))
}
