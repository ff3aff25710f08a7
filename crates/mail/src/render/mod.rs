//! Models into content: subject, text and HTML, by the templates in `email_templates/`.
//!
//! All wording stands in the templates; this module only prepares what they show. Nothing that a visitor typed is among
//! the inputs of the mails that go to somebody unconfirmed.

mod article;
mod html;
mod newsletter;
mod report;
mod show;
mod single;
mod text;

pub use article::{Article, Image};
pub use newsletter::{Announcement, Digest, HTML_LIMIT, Period, announcement, digest};
pub use report::{Line, Listed, Report, report};
pub use single::{
    AccessLink, AlreadySubscribed, Confirm, TestMail, Welcome, access_link, access_link_subject, already_subscribed,
    confirm, confirm_subject, test_mail, welcome,
};

use url::Url;

/// Who a mail is from, as its readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// The list's public name, by default the blog's.
    pub public_name: String,
    /// The blog.
    pub blog_url: Url,
    /// The sender's postal address, one line or several; left out where empty.
    pub postal_address: String,
    /// What becomes of the readers' data.
    pub privacy_url: Option<Url>,
    /// The language of the posts, as a BCP 47 tag such as `en`.
    pub language: String,
}

/// A rendered mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// A whole HTML document with its styles inlined.
    pub html: String,
}

/// Content that could not be rendered: a defect of a template, or of the HTML of a post.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template failed.
    #[error("the mail's template failed: {0}")]
    Template(#[from] askama::Error),
    /// The styles could not be inlined.
    #[error("the mail's styles could not be inlined: {0}")]
    Inline(#[from] css_inline::InlineError),
    /// A post's HTML could not be made into text.
    #[error("a post could not be made into plain text: {0}")]
    Text(#[from] html2text::Error),
}

impl Brand {
    /// The postal address, a line at a time.
    fn postal_lines(&self) -> impl Iterator<Item = &str> {
        self.postal_address
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    }

    /// The blog's host, as people call it.
    fn blog_host(&self) -> &str {
        let host = self.blog_url.host_str().unwrap_or(self.blog_url.as_str());
        host.strip_prefix("www.").unwrap_or(host)
    }
}
