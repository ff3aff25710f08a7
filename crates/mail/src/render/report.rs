//! The mail that staff get.

use askama::Template;
use jiff::civil;
use serde::{Deserialize, Serialize};

use super::{Brand, Content, RenderError, html, show};

/// Tells staff how a mailing went, or what waits for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it is about, as an inbox shows it.
    pub subject: String,
    /// What it says first; the subject, where nothing else was written.
    #[serde(default)]
    pub heading: String,
    /// What else there is to say, in its order.
    pub lines: Vec<Line>,
}

/// A part of a report. It is kept as JSON until it is sent; words alone are a string there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// A paragraph.
    Words(String),
    /// Posts, and how many more there are.
    Posts {
        /// The first of them.
        posts: Vec<Listed>,
        /// How many are not named.
        more: usize,
    },
    /// How many of what.
    Figures {
        /// A number and its words.
        figures: Vec<(i64, String)>,
    },
    /// Something that staff can do.
    Command {
        /// What it does.
        does: String,
        /// What they type.
        command: String,
    },
}

/// A post that a report names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    title: String,
    url: Option<String>,
    day: Option<String>,
}

impl Listed {
    /// A post by its title, its page, and the day it bears.
    #[must_use]
    pub fn new(title: &str, url: Option<&str>, day: Option<civil::Date>) -> Self {
        Self {
            title: show::one_line(title),
            url: url.map(str::to_owned),
            day: day.map(show::day),
        }
    }
}

impl Report {
    fn heading(&self) -> &str {
        if self.heading.is_empty() {
            &self.subject
        } else {
            &self.heading
        }
    }
}

/// Renders the mail that tells staff something.
///
/// # Errors
/// When a template fails.
pub fn report(brand: &Brand, mail: &Report) -> Result<Content, RenderError> {
    #[derive(Template)]
    #[template(path = "report/body.txt")]
    struct Text<'a> {
        brand: &'a Brand,
        mail: &'a Report,
    }
    #[derive(Template)]
    #[template(path = "report/body.html")]
    struct Html<'a> {
        brand: &'a Brand,
        mail: &'a Report,
    }

    Ok(Content {
        subject: show::one_line(&mail.subject),
        text: Text { brand, mail }.render()?,
        html: html::inline_styles(&Html { brand, mail }.render()?)?,
    })
}
