//! What a reader sees after signing up: the same whoever they are, so that nobody learns who is on a list.

use askama::Template;

use super::list::{ListFace, SignupForm};

/// The page after sign-up.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "signed_up.html")]
pub struct SignedUp<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// Who the confirmation comes from, as mail programs show it.
    pub from_name: &'a str,
    /// The address it comes from.
    pub from_address: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// The version of the wording that was agreed to, if the form named one; sending again sends it again.
    pub wording: Option<i64>,
    /// The form again, holding what was typed: it corrects a wrong address and sends again.
    pub form: SignupForm<'a>,
}

/// The same in the frame that the form stood in.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "embed_signed_up.html")]
pub struct EmbedSignedUp<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// Who the confirmation comes from, as mail programs show it.
    pub from_name: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// The address of the frame's form, for whoever mistyped.
    pub correct: &'a str,
    /// The version of the wording that was agreed to, if the form named one; sending again sends it again.
    pub wording: Option<i64>,
    /// The form again, holding what was typed, of which only a button to send again is shown.
    pub form: SignupForm<'a>,
}
