//! A post as a mail shows it.

use jiff::civil;
use url::Url;

use super::{RenderError, show, text};

/// A post on its way into a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its title, as text.
    pub title: String,
    /// Its page on the blog.
    pub url: Url,
    /// The day it bears, in the list's zone.
    pub date: Option<civil::Date>,
    /// Who wrote it, as text.
    pub author: Option<String>,
    /// How many minutes it takes to read, where that is known.
    pub minutes: Option<u32>,
    /// Its picture.
    pub image: Option<Image>,
    /// A few sentences, as text.
    pub excerpt: String,
    /// All of it, cleaned: safe elements only, links absolute, pictures sized.
    pub html: Option<String>,
}

/// A post's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Where it is.
    pub url: Url,
    /// What it shows, in words; empty for decoration.
    pub alt: String,
}

/// How much of each article a mail has room for, from the most to the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Full,
    Excerpt,
    Title,
}

/// An article prepared for the templates.
pub(super) struct View {
    pub(super) title: String,
    pub(super) url: Url,
    /// Day, author and reading time, where known.
    pub(super) byline: String,
    pub(super) image: Option<Image>,
    pub(super) excerpt: String,
    /// The whole post for the HTML part and for the text part.
    pub(super) full: Option<(String, String)>,
}

impl View {
    pub(super) fn new(article: &Article, detail: Detail) -> Result<Self, RenderError> {
        let brief = Self::brief(article);
        Ok(match (&article.html, detail) {
            (Some(html), Detail::Full) => Self {
                full: Some((html.clone(), text::to_text(html)?)),
                ..brief
            },
            (_, Detail::Full | Detail::Excerpt) => brief,
            (_, Detail::Title) => Self {
                image: None,
                excerpt: String::new(),
                ..brief
            },
        })
    }

    /// An article with its excerpt.
    pub(super) fn brief(article: &Article) -> Self {
        let author = article.author.as_deref().map(show::one_line);
        let byline = [
            article.date.map(show::day),
            author.filter(|author| !author.is_empty()),
            article.minutes.map(|minutes| format!("{minutes}\u{a0}min\u{a0}read")),
        ];
        let title = show::one_line(&article.title);
        Self {
            title: if title.is_empty() {
                article.url.to_string()
            } else {
                title
            },
            url: article.url.clone(),
            byline: byline.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            image: article.image.clone(),
            excerpt: show::one_line(&article.excerpt),
            full: None,
        }
    }
}
