//! Pages with nothing but a fixed text: what happened, and what to do next.

use askama::Template;

/// One of the fixed messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "message.html")]
pub struct Message {
    title: &'static str,
    text: &'static str,
    next: &'static str,
}

impl Message {
    /// Nothing is at this address (404).
    pub const NOT_FOUND: Self = Self {
        title: "This page is not here",
        text: "The address may have been cut short or mistyped.",
        next: "If you came from a mail, open its link again by pressing it rather than by typing it.",
    };
    /// A link whose token is damaged, or names something that is gone (404 or 410).
    pub const DEAD_LINK: Self = Self {
        title: "This link no longer works",
        text: "It may be damaged, used up or too old.",
        next: "Please open the link in the newest mail you have from us. If that does not help, reply to that mail, and \
               a person will look after you.",
    };
    /// A form that names no list, or one that takes no more readers (404).
    pub const UNKNOWN_LIST: Self = Self {
        title: "There is no such mailing list",
        text: "The form that you used belongs to a list that is no longer here.",
        next: "Please tell the people whose page it stands on.",
    };
    /// A page for the machine itself, asked for from elsewhere (403).
    pub const LOCAL: Self = Self {
        title: "This page is for the machine itself",
        text: "It is shown only to a browser on the machine on which Paperround runs.",
        next: "Open it there, as localhost or 127.0.0.1, past any proxy.",
    };
    /// A form that could not be read (400, 413, 415), or that stands on a page that may not send it (403).
    pub const BAD_REQUEST: Self = Self {
        title: "That form did not arrive whole",
        text: "Nothing was saved.",
        next: "Please go back, load the page again and send it once more.",
    };
    /// Too many requests from one network (429).
    pub const TOO_MANY_REQUESTS: Self = Self {
        title: "One moment, please",
        text: "A lot of requests are coming from your network just now. Nothing was saved.",
        next: "Please wait a minute, go back and try again.",
    };
    /// Something of ours failed or is too slow (500, 503).
    pub const BUSY: Self = Self {
        title: "That did not work, and it is our fault",
        text: "We could not save anything just now.",
        next: "Please go back and try again in a few minutes.",
    };
}
