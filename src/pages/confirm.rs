//! The pages behind the link of a confirmation.

use askama::Template;

use super::{assets::CONFIRM_JS_HASH, list::ListFace};

/// One large button. Opening this page changes nothing: scanners open every link.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "confirm.html")]
pub struct Confirm<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// The address that is confirmed, masked.
    pub masked: &'a str,
    /// Where the button posts to.
    pub action: &'a str,
    /// Whether the page presses the button itself: only in the browser that signed up.
    pub press: bool,
}

/// The reader is on the list; also when the link is opened again.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "confirmed.html")]
pub struct Confirmed<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// Who the list's mail comes from, as mail programs show it.
    pub from_name: &'a str,
    /// The address it comes from, for the address book.
    pub from_address: &'a str,
}

/// A link that no longer confirms anything, with the offer of a fresh one.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "confirm_dead.html")]
pub struct DeadConfirmation<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// Where the button that asks for a fresh link posts to.
    pub again: &'a str,
}

/// A fresh confirmation was asked for.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "confirm_again.html")]
pub struct ConfirmationSentAgain<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// Who the confirmation comes from, as mail programs show it.
    pub from_name: &'a str,
    /// Its subject.
    pub subject: &'a str,
}
