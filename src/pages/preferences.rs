//! The page behind the preference link of a mail. Mails get forwarded, so it shows one list and a masked address, and
//! everything else waits behind a fresh link.

use askama::Template;

use super::list::{HowOften, ListFace};

/// One of a list's topics.
#[derive(Debug, Clone, Copy)]
pub struct Topic<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Whether the reader gets posts about it.
    pub chosen: bool,
}

/// What the last button did, said at the top of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Cadence and topics are saved.
    Saved,
    /// The list is paused.
    Paused,
    /// It comes again.
    Resumed,
    /// Nothing was changed, for this reason.
    Refused(&'a str),
}

impl<'a> Notice<'a> {
    /// The sentence.
    const fn text(self) -> &'a str {
        match self {
            Self::Saved => "Your choice is saved.",
            Self::Paused => "The list is paused.",
            Self::Resumed => "The list comes again.",
            Self::Refused(reason) => reason,
        }
    }

    /// Whether it tells of something that was not done.
    const fn is_error(self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

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
    /// How often the list can come, from the most to the least often; nothing is asked where there is but one.
    pub cadences: &'a [HowOften<'a>],
    /// What the list's posts can be about; nothing is asked where there is none.
    pub topics: &'a [Topic<'a>],
    /// The day until which the reader has paused it, such as `24 December`.
    pub paused_until: Option<&'a str>,
    /// For how many weeks it can be paused.
    pub weeks: &'a [u8],
    /// Where the buttons post to: the field `do` says what is asked for.
    pub action: &'a str,
    /// What the last button did.
    pub notice: Option<Notice<'a>>,
}

impl Preferences<'_> {
    /// Whether there is more than one way of how often.
    const fn asks_how_often(&self) -> bool {
        self.cadences.len() > 1
    }
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
