//! The mail that staff get.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::{Brand, Content, RenderError, html, show};

/// Tells staff how a mailing went, or what waits for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it is about, in a few words.
    pub subject: String,
    /// What there is to say, a paragraph each.
    pub lines: Vec<String>,
}

/// Renders the mail that tells staff something.
///
/// # Errors
/// When a template fails.
pub fn report(brand: &Brand, mail: &Report) -> Result<Content, RenderError> {
    #[derive(Template)]
    #[template(path = "report/subject.txt")]
    struct Subject<'a> {
        brand: &'a Brand,
        mail: &'a Report,
    }
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
        subject: show::one_line(&Subject { brand, mail }.render()?),
        text: Text { brand, mail }.render()?,
        html: html::inline_styles(&Html { brand, mail }.render()?)?,
    })
}
