//! The head of a page: its meta elements, its title and its canonical link.

use std::collections::HashMap;

use url::Url;

use super::{PageFacts, picture::Pictures};
use crate::{
    date,
    text::{excerpt, one_line, title_from_text},
    tokens::{Tag, attr},
};

const TITLE: usize = 500;
const DESCRIPTION: usize = 300;
const NAME: usize = 200;

/// No more than this of a `<title>` is kept.
const MOST_TITLE_BYTES: usize = 4096;

/// What is looked for, by `property`, `name` or `itemprop`.
const WANTED: &[&str] = &[
    "article:author",
    "article:modified_time",
    "article:published_time",
    "author",
    "datemodified",
    "datepublished",
    "description",
    "og:description",
    "og:title",
    "og:updated_time",
    "og:url",
    "twitter:description",
    "twitter:title",
];

/// What the elements of the head have said so far; of each, the first with a value counts.
#[derive(Default)]
pub(super) struct Meta {
    said: HashMap<&'static str, String>,
    canonical: Option<String>,
    base: Option<String>,
    title: Option<String>,
    in_title: bool,
    pictures: Pictures,
}

impl Meta {
    /// Takes a start tag.
    pub(super) fn start(&mut self, tag: &Tag) {
        match &*tag.name {
            "title" if self.title.is_none() => {
                self.title = Some(String::new());
                self.in_title = true;
            }
            "base" if self.base.is_none() => self.base = attr(tag, "href").map(str::to_owned),
            "link" if self.canonical.is_none() && is_canonical(tag) => {
                self.canonical = attr(tag, "href").map(str::to_owned);
            }
            "meta" => self.meta(tag),
            // A drawing has a title of its own.
            "svg" if self.title.is_none() => self.title = Some(String::new()),
            _ => {}
        }
    }

    /// Takes an end tag.
    pub(super) fn end(&mut self, tag: &Tag) {
        if &*tag.name == "title" {
            self.in_title = false;
        }
    }

    /// Takes a piece of text.
    pub(super) fn text(&mut self, text: &str) {
        if self.in_title
            && let Some(title) = &mut self.title
            && title.len() < MOST_TITLE_BYTES
        {
            title.push_str(text);
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let Some(content) = attr(tag, "content").filter(|content| !content.trim().is_empty()) else {
            return;
        };
        for name in ["property", "name", "itemprop"]
            .iter()
            .filter_map(|name| attr(tag, name))
        {
            let name = name.trim().to_ascii_lowercase();
            if let Some(wanted) = WANTED.iter().find(|wanted| **wanted == name) {
                self.said.entry(wanted).or_insert_with(|| content.to_owned());
            } else {
                self.pictures.take(&name, content);
            }
        }
    }

    fn said(&self, names: &[&'static str]) -> Option<&str> {
        names.iter().find_map(|name| Some(self.said.get(name)?.as_str()))
    }

    /// All of it, for a page that came from `url`.
    pub(super) fn facts(self, url: &Url, minutes: Option<u32>) -> PageFacts {
        let base = self.base.as_deref().and_then(|base| url.join(base.trim()).ok());
        let base = base.as_ref().unwrap_or(url);
        let text = |names: &[&'static str], max| self.said(names).and_then(|text| words(text, max));
        let time = |names: &[&'static str]| self.said(names).and_then(date::parse);
        let address = |text: &str| web_address(text, base);
        let picture = self.pictures.choose(base, url);

        PageFacts {
            url: url.clone(),
            canonical: self
                .canonical
                .as_deref()
                .and_then(address)
                .or_else(|| self.said(&["og:url"]).and_then(address)),
            title: text(&["og:title", "twitter:title"], TITLE)
                .or_else(|| self.title.as_deref().and_then(|title| words(title, TITLE))),
            description: text(&["og:description", "description", "twitter:description"], DESCRIPTION),
            picture_alt: picture
                .as_ref()
                .and_then(|picture| words(picture.alt.as_deref()?, DESCRIPTION)),
            picture: picture.map(|picture| picture.url),
            author: self
                .said(&["author"])
                .and_then(name)
                .or_else(|| self.said(&["article:author"]).and_then(name)),
            published: time(&["article:published_time", "datepublished"]),
            modified: time(&["article:modified_time", "datemodified", "og:updated_time"]),
            minutes,
        }
    }
}

fn is_canonical(tag: &Tag) -> bool {
    attr(tag, "rel").is_some_and(|rel| {
        rel.split_ascii_whitespace()
            .any(|rel| rel.eq_ignore_ascii_case("canonical"))
    })
}

/// An address on the web, absolute, that tells nobody's name.
pub(super) fn web_address(text: &str, base: &Url) -> Option<Url> {
    let text = text.trim();
    let url = (!text.is_empty()).then(|| base.join(text).ok()).flatten()?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.host().is_some();
    is_plain.then_some(url)
}

fn words(text: &str, max: usize) -> Option<String> {
    let text = excerpt(&title_from_text(text), max);
    (!text.is_empty()).then_some(text)
}

/// A name, which is neither the address of a profile nor a mailbox.
fn name(text: &str) -> Option<String> {
    let name = excerpt(&one_line(text), NAME);
    let is_name = !name.is_empty() && !name.contains("://") && !name.contains('@') && !name.starts_with('/');
    is_name.then_some(name)
}
