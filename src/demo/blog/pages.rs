//! The blog's pages and its feed.

use askama::Template;

use super::{CLINIC, Entry, NAME, SENTENCE};
use crate::pages::{snippet::FormSnippet, tour::Tour};

/// What all pages of the blog share.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The blog's address without a slash at its end.
    pub blog: &'a str,
    /// The sign-up form, exactly as a user pastes it.
    pub form: FormSnippet<'a>,
    /// The demo's way through the round.
    pub tour: Tour<'a>,
}

/// The newest posts.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "blog_index.html")]
pub struct Index<'a> {
    /// What all pages share.
    pub site: Site<'a>,
    /// What is out, newest first.
    pub entries: &'a [Entry],
}

/// One post.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "blog_post.html")]
pub struct PostPage<'a> {
    /// What all pages share.
    pub site: Site<'a>,
    /// The post.
    pub entry: Entry,
}

/// The privacy notice that the form links.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "blog_privacy.html")]
pub struct Privacy<'a> {
    /// What all pages share.
    pub site: Site<'a>,
}

/// The feed as a hosted site builder writes it: entities inside CDATA, a guid that is no link, an enclosure without a
/// length. Send it as `application/rss+xml; charset=utf-8`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "blog_feed.xml", escape = "html")]
pub struct Feed<'a> {
    /// The blog's whole address, with scheme and host, without a slash at its end.
    pub blog: &'a str,
    /// What is out, newest first; a site builder lists the first 20.
    pub entries: &'a [Entry],
}
