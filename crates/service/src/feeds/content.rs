//! A feed's item, or a page, as the ledger keeps it.

use std::fmt::Write as _;

use domain::Millis;
use feed::{Item, PageFacts};
use sha2::{Digest, Sha256};
use store::posts::{Completion, Content};
use url::Url;

/// A feed's item.
pub(super) fn of_item(item: &Item) -> Content {
    let mut content = Content {
        identity: item.identity.to_string(),
        link: item.link.as_ref().map(ToString::to_string),
        canonical_link: item.canonical_link.clone(),
        fingerprint: item.fingerprint.clone(),
        title: item.title.clone(),
        author: item.author.clone(),
        published_at: item.published,
        excerpt: item.excerpt.clone(),
        html: Some(item.html.clone()).filter(|html| !html.is_empty() && !item.is_summary),
        image_url: item.image_url.as_ref().map(ToString::to_string),
        image_alt: item.image_alt.clone(),
        minutes: item.minutes.map(i64::from),
        categories: item.categories.clone(),
        revision: String::new(),
    };
    content.revision = revision(&content);
    content
}

/// A page that no feed shows, at an address that staff named.
pub(super) fn of_page(page: &PageFacts) -> Content {
    let link = page.canonical.as_ref().unwrap_or(&page.url);
    let canonical_link = feed::canonical_link(link);
    let mut content = Content {
        identity: format!("page:{canonical_link}"),
        link: Some(link.to_string()),
        fingerprint: canonical_link.clone(),
        canonical_link: Some(canonical_link),
        title: page.title.clone().unwrap_or_default(),
        author: page.author.clone(),
        published_at: page.published,
        excerpt: page.description.clone().unwrap_or_default(),
        html: None,
        image_url: page.picture.as_ref().map(Url::to_string),
        image_alt: page.picture_alt.clone(),
        minutes: page.minutes.map(i64::from),
        categories: Vec::new(),
        revision: String::new(),
    };
    content.revision = revision(&content);
    content
}

/// What a page adds to what its feed says.
pub(super) fn completion(page: &PageFacts) -> Completion {
    Completion {
        author: page.author.clone(),
        excerpt: page.description.clone(),
        image: page
            .picture
            .as_ref()
            .map(|url| (url.to_string(), page.picture_alt.clone())),
        minutes: page.minutes.map(i64::from),
    }
}

/// Whether the feed leaves out something that a post's page may say.
pub(super) const fn is_incomplete(content: &Content) -> bool {
    content.link.is_some()
        && (content.author.is_none()
            || content.image_url.is_none()
            || content.minutes.is_none()
            || content.excerpt.is_empty())
}

/// A hash of all that a feed says about a post.
fn revision(content: &Content) -> String {
    let mut hasher = Sha256::new();
    let mut add = |part: &str| {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    };
    let date = content.published_at.map(|at: Millis| at.get().to_string());
    for part in [
        content.link.as_deref(),
        Some(&*content.title),
        content.author.as_deref(),
        date.as_deref(),
        Some(&*content.excerpt),
        content.html.as_deref(),
        content.image_url.as_deref(),
        content.image_alt.as_deref(),
    ] {
        add(part.unwrap_or_default());
    }
    content.categories.iter().for_each(|category| add(category));
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes whatever is written to it");
        text
    })
}
