//! What the owner of a blog pastes into a page: a plain form, or a frame for site builders that allow no forms.

use askama::Template;

/// A plain HTML form. It brings no style and no script, so it takes on the look of the page it is pasted into.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "snippets/form.html")]
pub struct FormSnippet<'a> {
    /// Paperround's public address without a slash at its end.
    pub public_url: &'a str,
    /// The list's key.
    pub list: &'a str,
    /// The wording that the reader agrees to by sending the form.
    pub consent: &'a str,
    /// The version of that wording.
    pub wording: i64,
    /// The address of the privacy notice.
    pub privacy: Option<&'a str>,
}

/// A frame that holds the list's form.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "snippets/frame.html")]
pub struct FrameSnippet<'a> {
    /// Paperround's public address without a slash at its end.
    pub public_url: &'a str,
    /// The list's key.
    pub list: &'a str,
    /// The list's public name.
    pub name: &'a str,
}
