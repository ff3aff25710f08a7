//! The demo's way through the round: subscribe, confirm, publish, arrive.

use askama::Template;

/// What the visitor of the demo does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Leave an address on the blog.
    Subscribe,
    /// Open the confirmation in the inbox and press its button.
    Confirm,
    /// Publish the next post.
    Publish,
    /// See it arrive in the inbox.
    Arrive,
}

impl Step {
    const ALL: [Self; 4] = [Self::Subscribe, Self::Confirm, Self::Publish, Self::Arrive];
}

/// The strip on top of the demo's pages.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "parts/tour.html")]
pub struct Tour<'a> {
    /// The address of the demo's first page.
    pub start: &'a str,
    /// The address of the sample blog.
    pub blog: &'a str,
    /// The address of the inbox.
    pub inbox: &'a str,
    /// Where the button that publishes the next post posts to.
    pub publish: &'a str,
    /// The title of the post that would be published next; none when all are out.
    pub next_post: Option<&'a str>,
    /// What is next.
    pub step: Step,
}
