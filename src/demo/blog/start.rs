//! The demo's first page: the four steps of the round, and how far the visitor has come.

use askama::Template;

use crate::pages::tour::{Step, Tour};

/// The demo's first page.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "demo_start.html")]
pub struct Start<'a> {
    /// Where everything is and what is next.
    pub tour: Tour<'a>,
    /// The address of the list's own page.
    pub list: &'a str,
    /// The address of the form for a frame.
    pub embed: &'a str,
}
