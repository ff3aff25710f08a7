//! What a page says of itself.

use domain::Millis;
use url::Url;

/// What a post's page says about the post; `None` where it says nothing that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFacts {
    /// The address that the page was read from, after redirects. A post that is gone often leads to the blog's first
    /// page.
    pub url: Url,
    /// The address that the page calls its own: http or https, without a user's name.
    pub canonical: Option<Url>,
    /// Its title as plain text, as it is meant to be shared, at most 500 characters.
    pub title: Option<String>,
    /// What it is about as plain text, at most 300 characters.
    pub description: Option<String>,
    /// The picture that stands for it, absolute.
    pub picture: Option<Url>,
    /// What that picture shows, in the page's words.
    pub picture_alt: Option<String>,
    /// Who wrote it, by name.
    pub author: Option<String>,
    /// When it was published.
    pub published: Option<Millis>,
    /// When it was last changed.
    pub modified: Option<Millis>,
    /// How many minutes its main text takes to read; `None` for a text of less than 50 words.
    pub minutes: Option<u32>,
}
