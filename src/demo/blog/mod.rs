//! The sample blog: a wellness clinic's, on a hosted site builder, with a feed and a pasted sign-up form.
//!
//! It is a site of its own, below an address `blog` (without a slash at its end): the index at `{blog}/`, posts at
//! `{blog}/post/{slug}`, the privacy notice at `{blog}/privacy`, the feed at `{blog}/blog-feed.xml`, and files at
//! `{blog}/media/{name}`. The handlers keep the list of what is out, newest first: [`opening`] begins it, [`next`] says
//! what follows.

mod media;
mod pages;
mod posts;
mod start;
#[cfg(test)]
mod tests;

pub use media::media;
pub use pages::{Feed, Index, PostPage, Privacy, Site};
pub use posts::{Entry, OPENING, POSTS, Post, next, opening};
pub use start::Start;

/// The blog's name.
pub const NAME: &str = "Alder & Bay Wellness";

/// What its mailing list says of itself.
pub const SENTENCE: &str =
    "New articles from our clinicians, straight to your inbox: sleep, movement, food and calmer days.";

/// The clinic's name, which its mail comes from.
pub const CLINIC: &str = "Alder & Bay Clinic";

/// The clinic's postal address, as it stands below every mail.
pub const POSTAL_ADDRESS: &str = "Alder & Bay Clinic, 12 Harbour Street, Port Alder";

/// The `Content-Security-Policy` of the blog's pages. A pasted form brings a style attribute, and posts elsewhere.
pub const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; \
                          form-action http: https:; base-uri 'none'; frame-ancestors 'none'";
