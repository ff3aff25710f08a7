//! What makes an item the same item in the next look at the feed.
//!
//! The rule, in this order: the guid; without one, the canonical link; without either, title (or excerpt) and date. A
//! guid that stands on items with different links (some programs write the blog's address into each) identifies none
//! of them. The layers below the first are kept on each item too, so that a rewrite of guids can be noticed.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use domain::Millis;
use sha2::{Digest, Sha256};
use url::Url;

use super::Item;

/// A longer guid is kept as its hash.
const MAX_LEN: usize = 512;

/// Parameters that campaigns and sharing add to links; they say nothing about which page it is.
const TRACKING: &[&str] = &["fbclid", "gclid", "mc_cid", "mc_eid", "msclkid", "ref_src"];

/// What an item is known by, in one string: `guid:…`, `link:…` or `hash:…`, at most 517 bytes long.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(String);

impl Identity {
    /// The identity as the database keeps it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The rule.
    pub(super) fn new(guid: Option<&str>, canonical_link: Option<&str>, fingerprint: &str) -> Self {
        match (guid, canonical_link) {
            (Some(guid), _) => Self::in_layer("guid", guid),
            (None, Some(link)) => Self::in_layer("link", link),
            (None, None) => Self::in_layer("hash", fingerprint),
        }
    }

    fn in_layer(layer: &str, value: &str) -> Self {
        if value.len() <= MAX_LEN {
            return Self(format!("{layer}:{value}"));
        }
        Self(format!("{layer}:sha256-{}", hash(&[value])))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Identifies anew the items whose guid identifies nothing, and drops those that stand in the feed a second time.
pub(super) fn settle(mut items: Vec<Item>) -> Vec<Item> {
    let shared = shared_guids(&items);
    let mut seen = HashSet::new();
    for item in &mut items {
        if item.guid.as_ref().is_some_and(|guid| shared.contains(guid)) {
            item.identity = Identity::new(None, item.canonical_link.as_deref(), &item.fingerprint);
        }
    }
    items.retain(|item| seen.insert(item.identity.clone()));
    items
}

fn shared_guids(items: &[Item]) -> HashSet<String> {
    let mut links: HashMap<&str, &Option<String>> = HashMap::new();
    let mut shared = HashSet::new();
    for item in items {
        let Some(guid) = &item.guid else { continue };
        if *links.entry(guid).or_insert(&item.canonical_link) != &item.canonical_link {
            shared.insert(guid.clone());
        }
    }
    shared
}

/// A link without what does not tell pages apart: scheme, fragment, campaign parameters, closing slash.
#[must_use]
pub fn canonical_link(link: &Url) -> String {
    let host = link.host_str().unwrap_or_default();
    let port = link.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = link.path().trim_end_matches('/');
    let query: Vec<_> = link
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            // Medium names the reader of the feed.
            let is_tracking = name.starts_with("utm_") || TRACKING.contains(&name) || pair.starts_with("source=rss-");
            !name.is_empty() && !is_tracking
        })
        .collect();
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{}", query.join("&"))
    };

    format!("{host}{port}{path}{query}")
}

/// A hash of title and date, which outlives a change of guids and links.
pub(super) fn fingerprint(title: &str, published: Option<Millis>) -> String {
    hash(&[title, &published.map(|at| at.get().to_string()).unwrap_or_default()])
}

fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_one_page_are_one_link() {
        let canonical = |link: &str| canonical_link(&Url::parse(link).unwrap());

        assert_eq!(
            canonical("http://Blog.example:80/post/?utm_source=rss&utm_medium=feed#more"),
            "blog.example/post"
        );
        assert_eq!(canonical("https://blog.example/post"), "blog.example/post");
        assert_eq!(canonical("https://blog.example/?p=12&fbclid=x"), "blog.example?p=12");
        assert_ne!(
            canonical("https://blog.example/?p=12"),
            canonical("https://blog.example/?p=13")
        );
        assert_eq!(canonical("https://blog.example:8443/a"), "blog.example:8443/a");
    }
}
