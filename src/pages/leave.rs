//! The pages behind the link that leaves a list.

use askama::Template;

use super::list::ListFace;

/// One button that leaves the list. Opening this page changes nothing.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "leave.html")]
pub struct Leave<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// The address that leaves, masked.
    pub masked: &'a str,
    /// Where the button posts to.
    pub action: &'a str,
}

/// The reader has left.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "left.html")]
pub struct Left<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// The address that left, masked.
    pub masked: &'a str,
    /// Where the button that takes it back posts to; none once it is too late for that.
    pub undo: Option<&'a str>,
    /// What the list can be instead of leaving it, while that can be taken back.
    pub instead: Option<Instead<'a>>,
}

/// The list at a slower pace.
#[derive(Debug, Clone, Copy)]
pub struct Instead<'a> {
    /// What the field [`super::field::CADENCE`] sends for it.
    pub cadence: &'a str,
    /// What follows on "Get it", such as `once a month`.
    pub words: &'a str,
}

/// The reader took it back.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "returned.html")]
pub struct Returned<'a> {
    /// The list.
    pub list: ListFace<'a>,
    /// The address that is on the list again, masked.
    pub masked: &'a str,
    /// How often the list comes from now on, where the reader chose that instead of leaving.
    pub instead: Option<&'a str>,
}
