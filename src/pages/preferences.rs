//! The page behind the preference link of a mail. Mails get forwarded, so it shows one list and a masked address, and
//! everything else waits behind a fresh link.

use askama::Template;

use super::list::ListFace;

/// One subscription, seen through the link in a mail.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "preferences.html")]
pub struct Preferences<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// The subscriber's address, masked.
    pub masked: &'a str,
    /// Whether they are on the list.
    pub subscribed: bool,
    /// Where the buttons post to: the field `do` says `leave` or `fresh-link`.
    pub action: &'a str,
}

/// A fresh link is on its way.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "fresh_link.html")]
pub struct FreshLinkSent<'a> {
    /// The list that the reader came from.
    pub list: ListFace<'a>,
    /// The address that it was mailed to, masked.
    pub masked: &'a str,
    /// Who it comes from, as mail programs show it.
    pub from_name: &'a str,
    /// Its subject.
    pub subject: &'a str,
}
