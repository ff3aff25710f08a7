//! The mail catcher: what was sent, as it would have arrived.

use askama::Template;
use domain::Millis;

use super::{assets::INBOX_JS_HASH, tour::Tour};

/// One caught mail in the list.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Its name in addresses.
    pub id: &'a str,
    /// The `From` header, decoded.
    pub from: &'a str,
    /// Who it went to.
    pub to: &'a str,
    /// The subject, decoded.
    pub subject: &'a str,
    /// When it was caught.
    pub at: Millis,
}

impl Row<'_> {
    /// When it was caught, to the minute, such as `22 Nov 2026, 13:31 UTC`.
    fn caught(&self) -> String {
        self.at.timestamp().strftime("%-d %b %Y, %H:%M UTC").to_string()
    }
}

/// All caught mail.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "inbox.html")]
pub struct Inbox<'a> {
    /// The inbox's own address without a slash at its end, such as `/inbox`; a mail is at `{base}/{id}`.
    pub base: &'a str,
    /// The newest mails, newest first.
    pub mails: &'a [Row<'a>],
    /// Whether new mail would be among them: the page then shows it as it arrives.
    pub is_newest: bool,
    /// The address of the older ones.
    pub older: Option<&'a str>,
    /// The demo's way through the round.
    pub tour: Option<Tour<'a>>,
}

/// What of a mail is shown.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    /// The HTML part, in a sandboxed frame from `{base}/{id}/html`.
    Html,
    /// The text part; at `{base}/{id}/text`.
    Text(&'a str),
    /// The header fields as they went out, unfolded; at `{base}/{id}/headers`.
    Headers(&'a [(&'a str, &'a str)]),
}

/// One caught mail, whose file is at `{base}/{id}/raw`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "mail.html")]
pub struct Mail<'a> {
    /// The inbox's own address without a slash at its end.
    pub base: &'a str,
    /// The mail's line in the list.
    pub row: Row<'a>,
    /// The chosen view.
    pub view: View<'a>,
    /// The demo's way through the round.
    pub tour: Option<Tour<'a>>,
}
