//! A post's HTML made fit for mail: what a mail program shows and nothing that could do harm.
//!
//! Two passes. [`tame`] reads the markup as a stream and writes a small, well-nested document: known elements, absolute
//! links, pictures with an alternative text. ammonia then parses that and has the last word on what is let through;
//! it would be safe alone, but its time and memory grow with the square of hostile nesting.

mod counters;
mod structure;
mod tame;

use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use url::Url;

pub(crate) use counters::is_shown_picture;
pub use tame::MAX_IMAGE_WIDTH;

/// Elements that are let through, each with its attributes; `lang`, `dir` and `title` are let through everywhere.
const ELEMENTS: &[(&str, &[&str])] = &[
    ("a", &["href"]),
    ("abbr", &[]),
    ("b", &[]),
    ("blockquote", &[]),
    ("br", &[]),
    ("caption", &[]),
    ("cite", &[]),
    ("code", &[]),
    ("dd", &[]),
    ("del", &[]),
    ("div", &[]),
    ("dl", &[]),
    ("dt", &[]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("hr", &[]),
    ("i", &[]),
    ("img", &["src", "alt", "width", "height"]),
    ("ins", &[]),
    ("kbd", &[]),
    ("li", &["value"]),
    ("mark", &[]),
    ("ol", &["start", "reversed", "type"]),
    ("p", &[]),
    ("pre", &[]),
    ("q", &[]),
    ("s", &[]),
    ("samp", &[]),
    ("small", &[]),
    ("strong", &[]),
    ("sub", &[]),
    ("sup", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["colspan", "rowspan", "align"]),
    ("tfoot", &[]),
    ("th", &["colspan", "rowspan", "align"]),
    ("thead", &[]),
    ("tr", &[]),
    ("u", &[]),
    ("ul", &[]),
    ("var", &[]),
];

const EVERYWHERE: &[&str] = &["lang", "dir", "title"];

const SCHEMES: &[&str] = &["http", "https", "mailto"];

/// HTML that can be put into a mail: no scripts, styles, forms, frames or tracking pixels; links and pictures absolute
/// against `base`.
#[must_use]
pub fn clean(html: &str, base: &Url) -> String {
    let tamed = tame::tame(html, base);

    Builder::empty()
        .tags(ELEMENTS.iter().map(|(element, _)| *element).collect::<HashSet<_>>())
        .tag_attributes(
            ELEMENTS
                .iter()
                .map(|(element, attrs)| (*element, attrs.iter().copied().collect()))
                .collect::<HashMap<_, _>>(),
        )
        .generic_attributes(EVERYWHERE.iter().copied().collect())
        .url_schemes(SCHEMES.iter().copied().collect())
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .clean(&tamed)
        .to_string()
        .trim()
        .to_owned()
}

/// The attributes that `element` may have besides [`EVERYWHERE`]; `None` for an element that is not let through.
fn attributes_of(element: &str) -> Option<&'static [&'static str]> {
    ELEMENTS
        .binary_search_by_key(&element, |(name, _)| name)
        .ok()
        .map(|at| ELEMENTS[at].1)
}
