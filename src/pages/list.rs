//! The list as its readers meet it: its own page, and the form in a frame on someone else's.

use askama::Template;

/// What every page for readers shows of a list.
#[derive(Debug, Clone, Copy)]
pub struct ListFace<'a> {
    /// The list's key, by which its own page is found; none where the list is archived, which takes no readers.
    pub joins_at: Option<&'a str>,
    /// The public name, usually the blog's.
    pub name: &'a str,
    /// What a reader gets, in one sentence.
    pub sentence: &'a str,
    /// How often, such as `right away` or `every Monday at 09:00`.
    pub how_often: &'a str,
    /// The blog's address, the way back.
    pub home: Option<&'a str>,
    /// The address of the privacy notice.
    pub privacy: Option<&'a str>,
}

/// One way of how often a list can come.
#[derive(Debug, Clone, Copy)]
pub struct HowOften<'a> {
    /// What the field [`super::field::CADENCE`] sends for it.
    pub value: &'a str,
    /// The same in words, with a capital letter.
    pub words: &'a str,
    /// When it comes next, such as `Thu 26 November`; none where that has no date.
    pub next: Option<&'a str>,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The sign-up form as a piece of a page: rendered into [`ListPage`], [`EmbedPage`] and the page after sign-up.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "parts/signup_form.html")]
pub struct SignupForm<'a> {
    /// Where the form posts to.
    pub action: &'a str,
    /// The list's key.
    pub list: &'a str,
    /// What the reader typed before, kept as it was.
    pub email: &'a str,
    /// What is wrong with it, in words for the reader.
    pub error: Option<&'a str>,
    /// How often the list can come; empty where the form does not ask.
    pub cadences: &'a [HowOften<'a>],
    /// What is wrong with the choice, in words for the reader.
    pub cadence_error: Option<&'a str>,
    /// The wording that the reader agrees to by sending the form.
    pub consent: &'a str,
    /// The version of that wording.
    pub wording: i64,
    /// The address of the privacy notice, linked after the wording.
    pub privacy: Option<&'a str>,
    /// Which form this is: `hosted` or `embed`.
    pub form: &'a str,
    /// The page that it stands on, as its owner named it; may be empty.
    pub page: &'a str,
}

impl SignupForm<'_> {
    /// What was chosen before, for a form that sends it again unseen.
    pub(super) fn cadence(&self) -> Option<&str> {
        let chosen = self.cadences.iter().find(|cadence| cadence.chosen);
        chosen.map(|cadence| cadence.value)
    }

    pub(super) const fn has_error(&self) -> bool {
        self.error.is_some() || self.cadence_error.is_some()
    }
}

/// The list's own page, with its form; also the page that shows what was wrong with an address.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "list.html")]
pub struct ListPage<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// Its form.
    pub form: SignupForm<'a>,
}

/// The form for a frame of 280 by 200 pixels or more; also with what was wrong with an address.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "embed.html")]
pub struct EmbedPage<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// Its form.
    pub form: SignupForm<'a>,
}
