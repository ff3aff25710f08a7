//! The mails that one person gets because of something that happened to them alone.

use askama::Template;
use domain::Cadence;
use url::Url;

use super::{Article, Brand, Content, RenderError, article::View, html, show};
use crate::compile::Links;

/// Asks whoever reads the mailbox whether they want the list.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// The page with the button.
    pub url: Url,
}

/// Greets a reader who has just confirmed.
#[derive(Debug, Clone)]
pub struct Welcome {
    /// How often mail will come.
    pub cadence: Cadence,
    /// The newest post, where the list's welcome brings it.
    pub newest: Option<Article>,
    /// The reader's own links.
    pub links: Links,
}

impl Welcome {
    /// The newest post as the templates show it.
    fn newest_view(&self) -> Option<View> {
        self.newest.as_ref().map(View::brief)
    }
}

/// Tells a reader who signed up once more that nothing needs doing.
#[derive(Debug, Clone)]
pub struct AlreadySubscribed {
    /// The reader's own links.
    pub links: Links,
}

/// Carries the single-use link to everything that is kept about its reader.
#[derive(Debug, Clone)]
pub struct AccessLink {
    /// The link; it works once, for an hour.
    pub url: Url,
}

/// Shows whoever set up the mail provider that mail arrives.
#[derive(Debug, Clone)]
pub struct TestMail {
    /// The mail provider's host and port.
    pub relay: String,
}

macro_rules! mails {
    ($($(#[$doc:meta])* $render:ident($model:ident) $subject:tt $text:tt $html:tt)+) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When a template fails.
        pub fn $render(brand: &Brand, mail: &$model) -> Result<Content, RenderError> {
            #[derive(Template)]
            #[template(path = $subject)]
            struct Subject<'a> { brand: &'a Brand }
            #[derive(Template)]
            #[template(path = $text)]
            struct Text<'a> { brand: &'a Brand, mail: &'a $model }
            #[derive(Template)]
            #[template(path = $html)]
            struct Html<'a> { brand: &'a Brand, mail: &'a $model }

            Ok(Content {
                subject: show::one_line(&Subject { brand }.render()?),
                text: Text { brand, mail }.render()?,
                html: html::inline_styles(&Html { brand, mail }.render()?)?,
            })
        }
    )+};
}

mails! {
    /// Renders the mail that asks for confirmation.
    confirm(Confirm) "confirm/subject.txt" "confirm/body.txt" "confirm/body.html"
    /// Renders the mail that greets a new reader.
    welcome(Welcome) "welcome/subject.txt" "welcome/body.txt" "welcome/body.html"
    /// Renders the mail that says that nothing needs doing.
    already_subscribed(AlreadySubscribed)
        "already-subscribed/subject.txt" "already-subscribed/body.txt" "already-subscribed/body.html"
    /// Renders the mail with the link to one's own data.
    access_link(AccessLink) "access-link/subject.txt" "access-link/body.txt" "access-link/body.html"
    /// Renders the mail that shows that mail arrives.
    test_mail(TestMail) "test/subject.txt" "test/body.txt" "test/body.html"
}

/// The subject of the confirmation, for the page that tells people which mail to look for.
///
/// # Errors
/// When the template fails.
pub fn confirm_subject(brand: &Brand) -> Result<String, RenderError> {
    #[derive(Template)]
    #[template(path = "confirm/subject.txt")]
    struct Subject<'a> {
        brand: &'a Brand,
    }
    Ok(show::one_line(&Subject { brand }.render()?))
}

/// The subject of the mail with the link to one's own data, for the page that tells people which mail to look for.
///
/// # Errors
/// When the template fails.
pub fn access_link_subject(brand: &Brand) -> Result<String, RenderError> {
    #[derive(Template)]
    #[template(path = "access-link/subject.txt")]
    struct Subject<'a> {
        brand: &'a Brand,
    }
    Ok(show::one_line(&Subject { brand }.render()?))
}
