//! What a post's own page says about the post, for what its feed leaves out.
//!
//! Only the page's markup is read, as a stream and in linear time: no script runs, no second document is fetched. What
//! the page says is data from outside; nothing of it is trusted to be true or harmless beyond what the types say.

mod facts;
mod fetch;
mod meta;
mod minutes;
mod picture;

use url::Url;

use crate::tokens::{TagKind, Token, each_token};

pub use facts::PageFacts;
pub use fetch::{PageError, fetch_page};
pub use minutes::reading_minutes;

use meta::Meta;
use minutes::Words;

/// Nothing beyond this many bytes of a page is looked at. Site builders put a few MiB of their own before the text.
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// Reads a post's page, which came from `url`.
#[must_use]
pub fn read_page(html: &str, url: &Url) -> PageFacts {
    let mut meta = Meta::default();
    let mut words = Words::default();
    each_token(&html[..html.floor_char_boundary(MOST_BYTES)], |token| {
        match &token {
            Token::Tag(tag) if tag.kind == TagKind::StartTag => meta.start(tag),
            Token::Tag(tag) => meta.end(tag),
            Token::Text(text) => meta.text(text),
        }
        words.take(&token);
    });
    meta.facts(url, words.minutes())
}
