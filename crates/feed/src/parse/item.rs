//! An entry as feed-rs reads it into an item as a mailing needs it.

use domain::Millis;
use feed_rs::model::{Entry, Link, Person, Text};
use url::Url;

use super::{Extra, Format, Identity, identity, picture, trailer::without_trailer};
use crate::{
    clean::clean,
    page::reading_minutes,
    text::{excerpt, one_line, plain_text, title_from_html, title_from_text},
};

/// The longest excerpt, in characters.
const EXCERPT: usize = 300;

/// The longest title that is kept, in characters.
const TITLE: usize = 500;

const MAX_CATEGORIES: usize = 50;

/// One post of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is known by from one look at the feed to the next.
    pub identity: Identity,
    /// The guid or id as the feed writes it; `None` when it writes none.
    pub guid: Option<String>,
    /// The post's page.
    pub link: Option<Url>,
    /// The link without scheme, campaign parameters and fragment, to recognise a post whose guid changed.
    pub canonical_link: Option<String>,
    /// A hash of title (without one, excerpt) and date, to recognise a post whose guid and link changed.
    pub fingerprint: String,
    /// The title as plain text; empty when the feed has none.
    pub title: String,
    /// When it was published, or last changed where the feed says only that.
    pub published: Option<Millis>,
    /// When it was last changed, where that is another moment.
    pub updated: Option<Millis>,
    /// Who wrote it, by name.
    pub author: Option<String>,
    /// Its categories or tags, each once.
    pub categories: Vec<String>,
    /// The picture that stands for it: what the feed attaches, else the first of its text that is no icon.
    pub image_url: Option<Url>,
    /// What that picture shows, where the text or the feed says it.
    pub image_alt: Option<String>,
    /// Its summary or its first words as plain text, at most 300 characters.
    pub excerpt: String,
    /// As much of its text as the feed has, cleaned for mail.
    pub html: String,
    /// Whether `html` is the feed's summary, because it has no text besides. An RSS `description` counts as one, though
    /// some feeds put the whole text there.
    pub is_summary: bool,
    /// How many minutes its text takes to read; `None` for a summary and for a text of less than 50 words.
    pub minutes: Option<u32>,
}

/// What all entries of a feed share.
pub(super) struct Context<'a> {
    pub(super) format: Format,
    pub(super) feed_url: &'a Url,
    pub(super) feed_authors: &'a [Person],
}

impl Context<'_> {
    /// Converts one entry.
    pub(super) fn item(&self, entry: Entry, extra: Extra) -> Item {
        let guid = Some(entry.id.trim().to_owned()).filter(|guid| !guid.is_empty());
        let link = page_of(&entry.links, self.feed_url).or_else(|| {
            let guid = guid.as_ref().filter(|_| extra.guid_is_link)?;
            Url::parse(guid)
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https"))
        });
        let base = self.base(&entry, &extra, link.as_ref());

        let summary = entry
            .summary
            .map(|summary| html_of(summary.content, summary.content_type.as_str()));
        let content = entry
            .content
            .and_then(|content| Some(html_of(content.body?, content.content_type.as_str())));
        let summary = summary.map(|html| without_trailer(clean(&html, &base)));
        let content = content
            .map(|html| without_trailer(clean(&html, &base)))
            .filter(|html| !html.is_empty());
        let is_summary = content.is_none();
        let words = summary.as_deref().map(plain_text).filter(|words| !words.is_empty());
        let words = words.unwrap_or_else(|| content.as_deref().map(plain_text).unwrap_or_default());
        // As in titles, what still looks like a character reference was encoded once too often.
        let words = title_from_text(&words);
        let html = content.or(summary).unwrap_or_default();

        let title = entry.title.map(|text| title(text, self.format)).unwrap_or_default();
        let published = entry.published.map(|at| Millis::from(at.timestamp_millis()));
        let updated = entry.updated.map(|at| Millis::from(at.timestamp_millis()));
        let canonical_link = link.as_ref().map(identity::canonical_link);
        let excerpt = excerpt(&without_ellipsis(&words), EXCERPT);
        let fingerprint = identity::fingerprint(if title.is_empty() { &excerpt } else { &title }, published);
        let authors = if entry.authors.is_empty() {
            self.feed_authors
        } else {
            &entry.authors
        };

        let picture = picture::choose(&extra.pictures, &html, &base);
        // Squarespace gives the picture the post's title, which says nothing about it.
        let image_alt = picture
            .as_ref()
            .and_then(|picture| picture.alt.clone())
            .filter(|alt| *alt != title);

        Item {
            identity: Identity::new(guid.as_deref(), canonical_link.as_deref(), &fingerprint),
            guid,
            canonical_link,
            fingerprint,
            title,
            published: published.or(updated),
            updated: updated.filter(|_| published.is_some() && updated != published),
            author: extra.author.or_else(|| names(authors)),
            categories: categories(
                entry
                    .categories
                    .iter()
                    .map(|category| category.label.as_ref().unwrap_or(&category.term)),
            ),
            image_alt,
            image_url: picture.map(|picture| picture.url),
            excerpt,
            link,
            minutes: (!is_summary).then(|| reading_minutes(&html)).flatten(),
            html,
            is_summary,
        }
    }

    /// What relative links are relative to: `xml:base` where it is given, else the post's page, else the feed.
    fn base(&self, entry: &Entry, extra: &Extra, link: Option<&Url>) -> Url {
        let outer = extra.base.as_ref();
        entry
            .base
            .as_ref()
            .and_then(|base| outer.or(link).unwrap_or(self.feed_url).join(base).ok())
            .or_else(|| outer.cloned())
            .or_else(|| link.cloned())
            .unwrap_or_else(|| self.feed_url.clone())
    }
}

/// The page that a feed or an entry links as itself.
pub(super) fn page_of(links: &[Link], base: &Url) -> Option<Url> {
    let is_page = |link: &&Link| {
        let is_html = link.media_type.as_deref().is_none_or(|kind| kind.contains("html"));
        is_html && link.target.is_none() && link.rel.as_deref().is_none_or(|rel| rel == "alternate")
    };
    links
        .iter()
        .filter(is_page)
        .filter_map(|link| base.join(link.href.trim()).ok())
        .find(|url| matches!(url.scheme(), "http" | "https"))
}

/// A title as plain text: RSS titles carry markup, whatever the specification says; Atom says which kind it is.
pub(super) fn title(text: Text, format: Format) -> String {
    let is_markup = match format {
        Format::Rss => true,
        Format::Atom => text.content_type.as_str() != "text/plain",
        Format::Json => false,
    };
    let title = if is_markup {
        title_from_html(&text.content)
    } else {
        title_from_text(&text.content)
    };
    excerpt(&title, TITLE)
}

/// Content as HTML; plain text keeps its paragraphs.
fn html_of(content: String, kind: &str) -> String {
    if kind != "text/plain" {
        return content;
    }
    let escaped = content.replace('&', "&amp;").replace('<', "&lt;").replace("\r\n", "\n");
    escaped
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
        .map(|paragraph| format!("<p>{}</p>", paragraph.trim().replace('\n', "<br>")))
        .collect()
}

/// An excerpt without the mark that blog programs put where they cut it; ours follows when we cut it too.
fn without_ellipsis(words: &str) -> String {
    ["[…]", "[...]"]
        .iter()
        .find_map(|mark| words.strip_suffix(mark))
        .map_or_else(
            || words.to_owned(),
            |cut| format!("{}…", cut.trim_end().trim_end_matches(['.', '…', ','])),
        )
}

fn names(people: &[Person]) -> Option<String> {
    let names: Vec<_> = people
        .iter()
        .filter_map(|person| person.name.as_deref())
        .map(one_line)
        // Blogger's name for those who gave none.
        .filter(|name| !name.is_empty() && name != "Unknown")
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn categories<'a>(terms: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut categories: Vec<String> = Vec::new();
    for term in terms.map(|term| title_from_text(term)).filter(|term| !term.is_empty()) {
        if categories.len() < MAX_CATEGORIES && !categories.contains(&term) {
            categories.push(term);
        }
    }
    categories
}
