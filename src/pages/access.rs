//! Everything that is kept about a person, behind a fresh link that only they were mailed.

use askama::Template;
use domain::subscription::State;

/// What the last button did, said at the top of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The name was saved.
    NameSaved,
    /// They left a list.
    Left,
    /// Erasing was asked for without ticking the box.
    TickToErase,
}

impl Notice {
    /// The sentence.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NameSaved => "Your name is saved.",
            Self::Left => "You have left the list.",
            Self::TickToErase => "Nothing was erased. Please tick the box first if you are sure.",
        }
    }

    /// Whether it tells of something that was not done.
    #[must_use]
    pub const fn is_error(self) -> bool {
        matches!(self, Self::TickToErase)
    }
}

/// One list on the access page.
#[derive(Debug, Clone, Copy)]
pub struct Subscription<'a> {
    /// The list's key, which its button sends.
    pub key: &'a str,
    /// The list's public name.
    pub name: &'a str,
    /// How often it mails.
    pub how_often: &'a str,
    /// Where the subscription stands.
    pub state: State,
}

impl Subscription<'_> {
    const fn state_text(&self) -> &'static str {
        match self.state {
            State::Pending => "Waiting for you to confirm",
            State::Confirmed => "Subscribed",
            State::Unsubscribed => "Left",
        }
    }

    const fn can_leave(&self) -> bool {
        !matches!(self.state, State::Unsubscribed)
    }
}

/// The door in front of it: one button, which uses the mailed link up. Opening this page changes and shows nothing.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "access_door.html")]
pub struct Door<'a> {
    /// Where the button posts to.
    pub action: &'a str,
}

/// The page with the name, all lists, the download and the erasure.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "access.html")]
pub struct Access<'a> {
    /// The address in full: this link was mailed to it and nowhere else.
    pub address: &'a str,
    /// The name as it is kept; may be empty.
    pub name: &'a str,
    /// Every list they are or were on.
    pub subscriptions: &'a [Subscription<'a>],
    /// Where every button posts to: the field `do` says what is asked for.
    pub action: &'a str,
    /// What the last button did.
    pub notice: Option<Notice>,
}

/// Everything is erased.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "erased.html")]
pub struct Erased;
