//! The one picture that stands for a post.

use url::Url;

use crate::{
    clean::is_shown_picture,
    tokens::{Token, attr, each_token},
};

/// A narrower picture that comes beside the post is a thumbnail of one in it, so that one is preferred.
const TOO_NARROW: u32 = 200;

const EXTENSIONS: &[&str] = &[".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"];

/// A file that a feed attaches to an item.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) url: String,
    /// Its type as the feed says: `image/png`, or just `image`.
    pub(super) kind: Option<String>,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
}

impl Candidate {
    /// The picture's address, if this is a picture. What an enclosure says of its length counts for nothing, and of
    /// its type only whether it is a picture at all.
    fn address(&self, base: &Url) -> Option<Url> {
        let url = base
            .join(self.url.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let said_to_be = match self.kind.as_deref() {
            Some(kind) => kind.to_ascii_lowercase().starts_with("image"),
            None => EXTENSIONS
                .iter()
                .any(|extension| url.path().to_ascii_lowercase().ends_with(extension)),
        };
        (said_to_be && is_shown_picture(&url, self.width, self.height)).then_some(url)
    }
}

/// The first real picture: what the feed attaches, in its order, then what the cleaned text shows; last, thumbnails.
pub(super) fn choose(candidates: &[Candidate], html: &str, base: &Url) -> Option<Url> {
    let (narrow, wide): (Vec<_>, Vec<_>) = candidates
        .iter()
        .partition(|candidate| candidate.width.is_some_and(|width| width < TOO_NARROW));

    wide.iter()
        .find_map(|candidate| candidate.address(base))
        .or_else(|| first_in(html))
        .or_else(|| narrow.iter().find_map(|candidate| candidate.address(base)))
}

/// The first picture of cleaned HTML, where every picture is worth showing.
fn first_in(html: &str) -> Option<Url> {
    let mut first = None;
    each_token(html, |token| {
        if let Token::Tag(tag) = token
            && first.is_none()
            && &*tag.name == "img"
        {
            first = attr(&tag, "src").and_then(|source| Url::parse(source).ok());
        }
    });
    first
}
