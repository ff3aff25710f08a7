//! The feeds that a web page names in its head.

use url::Url;

use crate::tokens::{Tag, TagKind, Token, attr, each_token};

const TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
];

/// Pages name their feeds at the top; more than this is not looked at.
const MOST_BYTES: usize = 512 * 1024;

const MOST_FEEDS: usize = 20;

/// A feed that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFeed {
    /// Its absolute address.
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
}

/// The feeds that `<link rel="alternate">` names in `html`, which came from `page`, in the page's order.
#[must_use]
pub fn discover(html: &str, page: &Url) -> Vec<FoundFeed> {
    let mut base = None;
    let mut found: Vec<FoundFeed> = Vec::new();
    each_token(head(html), |token| {
        let Token::Tag(tag) = token else { return };
        if tag.kind == TagKind::StartTag && &*tag.name == "base" && base.is_none() {
            base = attr(&tag, "href").and_then(|href| page.join(href).ok());
        }
        let feed = feed_of(&tag, base.as_ref().unwrap_or(page));
        found.extend(feed.filter(|feed| found.len() < MOST_FEEDS && found.iter().all(|other| other.url != feed.url)));
    });
    found
}

fn feed_of(tag: &Tag, base: &Url) -> Option<FoundFeed> {
    let is_link = tag.kind == TagKind::StartTag && &*tag.name == "link";
    let is_alternate = attr(tag, "rel")?
        .split_ascii_whitespace()
        .any(|rel| rel.eq_ignore_ascii_case("alternate"));
    let kind = attr(tag, "type")?.split(';').next().unwrap_or_default().trim();
    if !is_link || !is_alternate || !TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        return None;
    }

    let url = base
        .join(attr(tag, "href")?.trim())
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let title = attr(tag, "title")
        .map(crate::text::one_line)
        .filter(|title| !title.is_empty());
    Some(FoundFeed { url, title })
}

fn head(html: &str) -> &str {
    &html[..html.floor_char_boundary(MOST_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_are_found_in_order_with_absolute_addresses() {
        let page = Url::parse("https://clinic.example/blog/").unwrap();
        let html = r#"<!doctype html><html><head><title>Blog</title>
            <link rel="stylesheet" href="/style.css">
            <LINK REL="alternate" TYPE="application/rss+xml" TITLE="Clinic &raquo; Feed" HREF="feed/">
            <link rel="alternate" type="application/json" href="/wp-json/">
            <link rel="alternate" hreflang="de" href="/de/">
            <link rel="alternate home" type="application/atom+xml; charset=utf-8" href="//feeds.example/atom">
            <link rel="alternate" type="application/rss+xml" href="https://clinic.example/blog/feed/">
            <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">"#;

        let found = discover(html, &page);

        let urls: Vec<_> = found.iter().map(|feed| feed.url.as_str()).collect();
        assert_eq!(
            urls,
            ["https://clinic.example/blog/feed/", "https://feeds.example/atom"]
        );
        assert_eq!(found[0].title.as_deref(), Some("Clinic » Feed"));
    }

    #[test]
    fn the_pages_base_address_counts() {
        let page = Url::parse("https://clinic.example/blog/").unwrap();
        let html =
            r#"<base href="https://cdn.example/x/"><link rel=alternate type=application/atom+xml href=atom.xml>"#;

        assert_eq!(discover(html, &page)[0].url.as_str(), "https://cdn.example/x/atom.xml");
    }
}
