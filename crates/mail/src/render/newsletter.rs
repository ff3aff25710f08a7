//! The mails that go to a list: an announcement of one or several posts, and a digest.

use askama::Template;
use jiff::civil;

use super::{
    Article, Brand, Content, RenderError,
    article::{Detail, View},
    html, show,
};
use crate::compile::Links;

/// The most bytes of HTML that a mail may have. Gmail cuts a message off at 102 KB, and the footer with it; the rest is
/// room for what the holes grow by.
pub const HTML_LIMIT: usize = 100_000;

/// One or several posts, as soon as they are ready.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The posts, the most important first; at least one.
    pub articles: Vec<Article>,
    /// Whether to show whole posts where there is room, instead of excerpts.
    pub full_text: bool,
}

/// The posts since the last round-up.
#[derive(Debug, Clone)]
pub struct Digest {
    /// The posts in the order in which they became ready; at least one.
    pub articles: Vec<Article>,
    /// Whether to show whole posts where there is room, instead of excerpts.
    pub full_text: bool,
    /// How often it comes.
    pub period: Period,
    /// The day of its slot, in the list's zone.
    pub date: civil::Date,
}

/// How often a round-up comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Every day.
    Daily,
    /// Once a week.
    Weekly,
    /// On several days of the week.
    SomeDays,
    /// Every month.
    Monthly,
}

/// What both kinds show, at some level of detail.
struct Page<'a> {
    links: &'a Links,
    articles: Vec<View>,
    /// How many posts there was no room for.
    left_out: usize,
}

impl Page<'_> {
    /// How many posts there are besides the first.
    fn others(&self) -> usize {
        self.articles.len() + self.left_out - 1
    }

    /// What an inbox shows beside the subject: of one post its beginning, of several the other titles.
    fn preheader(&self) -> String {
        let text = match &self.articles[..] {
            [only] if self.left_out == 0 => only.excerpt.clone(),
            several => {
                let titles = several.iter().skip(1).map(|article| article.title.as_str());
                titles.collect::<Vec<_>>().join(" · ")
            }
        };
        text.chars().take(140).collect()
    }
}

/// Renders an announcement. Whole posts give way to excerpts, and excerpts to titles, where the mail would be too long.
///
/// # Errors
/// When a template fails or a post's HTML cannot be read.
pub fn announcement(brand: &Brand, mail: &Announcement, links: &Links) -> Result<Content, RenderError> {
    #[derive(Template)]
    #[template(path = "announcement/subject.txt")]
    struct Subject<'a> {
        page: &'a Page<'a>,
    }
    #[derive(Template)]
    #[template(path = "announcement/body.txt")]
    struct Text<'a> {
        brand: &'a Brand,
        page: &'a Page<'a>,
    }
    #[derive(Template)]
    #[template(path = "announcement/body.html")]
    struct Html<'a> {
        brand: &'a Brand,
        page: &'a Page<'a>,
    }

    let most = if mail.full_text { Detail::Full } else { Detail::Excerpt };
    fitting(links, &mail.articles, most, |page| {
        Ok(Content {
            subject: show::one_line(&Subject { page }.render()?),
            text: Text { brand, page }.render()?,
            html: html::inline_styles(&Html { brand, page }.render()?)?,
        })
    })
}

/// Renders a digest. Whole posts give way to excerpts, and excerpts to titles, where the mail would be too long.
///
/// # Errors
/// When a template fails.
pub fn digest(brand: &Brand, mail: &Digest, links: &Links) -> Result<Content, RenderError> {
    #[derive(Template)]
    #[template(path = "digest/subject.txt")]
    struct Subject<'a> {
        page: &'a Page<'a>,
        round_up: &'a str,
    }
    #[derive(Template)]
    #[template(path = "digest/body.txt")]
    struct Text<'a> {
        brand: &'a Brand,
        page: &'a Page<'a>,
        round_up: &'a str,
        day: &'a str,
    }
    #[derive(Template)]
    #[template(path = "digest/body.html")]
    struct Html<'a> {
        brand: &'a Brand,
        page: &'a Page<'a>,
        round_up: &'a str,
        day: &'a str,
    }

    let round_up = match mail.period {
        Period::Daily => "daily round-up",
        Period::Weekly => "weekly round-up",
        Period::SomeDays => "round-up",
        Period::Monthly => "monthly round-up",
    };
    let day = &show::day(mail.date);
    let most = if mail.full_text { Detail::Full } else { Detail::Excerpt };
    fitting(links, &mail.articles, most, |page| {
        Ok(Content {
            subject: show::one_line(&Subject { page, round_up }.render()?),
            text: Text {
                brand,
                page,
                round_up,
                day,
            }
            .render()?,
            html: html::inline_styles(
                &Html {
                    brand,
                    page,
                    round_up,
                    day,
                }
                .render()?,
            )?,
        })
    })
}

/// Renders with less and less detail, at last with fewer and fewer posts, until the HTML is short enough.
fn fitting(
    links: &Links,
    articles: &[Article],
    most: Detail,
    render: impl Fn(&Page<'_>) -> Result<Content, RenderError>,
) -> Result<Content, RenderError> {
    let (mut detail, mut shown) = (most, articles.len());
    loop {
        let views = articles[..shown].iter().map(|article| View::new(article, detail));
        let content = render(&Page {
            links,
            articles: views.collect::<Result<_, _>>()?,
            left_out: articles.len() - shown,
        })?;
        if content.html.len() <= HTML_LIMIT || (detail == Detail::Title && shown <= 1) {
            return Ok(content);
        }
        match detail {
            Detail::Full => detail = Detail::Excerpt,
            Detail::Excerpt => detail = Detail::Title,
            Detail::Title => shown /= 2,
        }
    }
}
