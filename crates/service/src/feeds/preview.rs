//! What Paperround sees in a feed, and what it would do with each post of it, before anything is done.
//!
//! The one shape of this for the command line's `--json` and the API: its field names are a promise to programs. A
//! preview changes nothing, neither here nor at the blog.

use domain::{
    FeedId, ListId, Topics,
    post::{Fate, New, State},
};
use feed::{FindError, Found, How, Item, ParseError, ParsedFeed};
use jiff::Timestamp;
use serde::Serialize;
use store::{
    Tx,
    feeds::{self, Feed},
    lists::{self, List},
    posts::{self, Content},
};
use url::Url;

use super::{
    content::of_item,
    ledger::{fates_of_new, twin, verdict_on_twin},
};
use crate::Service;

/// A feed, and what would become of its posts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The address to watch.
    pub url: Url,
    /// How that address was found.
    pub way: Way,
    /// The same in a sentence for staff.
    pub found: String,
    /// The other feeds that the blog's page names; none of them was looked at.
    pub alternatives: Vec<Alternative>,
    /// The feed as it is connected to the list; null when it is not, or when no list was named.
    pub feed: Option<FeedId>,
    /// What it calls itself.
    pub title: Option<String>,
    /// The site that it belongs to.
    pub site_url: Option<Url>,
    /// The language that it says it is in.
    pub language: Option<String>,
    /// The program that wrote it.
    pub generator: Option<String>,
    /// How many of its posts would be mailed by themselves.
    pub would_be_sent: usize,
    /// The same in a sentence: "0 of these 20 posts will be sent."
    pub sentence: String,
    /// Its posts, in the feed's order.
    pub posts: Vec<PreviewPost>,
}

/// How the address of a feed was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The address that was given is the feed.
    Itself,
    /// The page at the address names it.
    Named,
    /// It is where blog programs put theirs.
    WellKnown,
    /// It was read from a document at hand.
    Document,
}

/// A feed that the blog's page names too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alternative {
    /// Where it is.
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
}

/// A post as the feed shows it, and what would become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewPost {
    /// What it is known by from one look at the feed to the next.
    pub identity: String,
    /// Its guid or id as the feed writes it.
    pub guid: Option<String>,
    /// Its title; empty when the feed has none.
    pub title: String,
    /// Its page.
    pub url: Option<Url>,
    /// When it says that it was published.
    pub published_at: Option<Timestamp>,
    /// When it says that it was last changed.
    pub updated_at: Option<Timestamp>,
    /// Who wrote it.
    pub author: Option<String>,
    /// What it is about, as the feed writes it.
    pub categories: Vec<String>,
    /// Its picture.
    pub image_url: Option<Url>,
    /// What the picture shows, in words.
    pub image_alt: Option<String>,
    /// A few sentences, as text.
    pub excerpt: String,
    /// As much of its text as the feed has, cleaned for mail.
    pub html: String,
    /// Whether that is a summary rather than all of it.
    pub is_summary: bool,
    /// How many minutes it takes to read.
    pub minutes: Option<u32>,
    /// Where it stands, or would stand.
    pub state: State,
    /// Why.
    pub reason: String,
    /// Why a new post like this one would be left out by its categories; null when it would not.
    pub left_out: Option<String>,
}

/// Finds the feed of a blog by the blog's address or the feed's.
///
/// # Errors
/// With what was tried, and what staff can do about it.
pub async fn discover(service: &Service, address: &str) -> Result<Found, FindError> {
    feed::find(&service.fetcher, address).await
}

/// What would become of the posts of a feed that was found, if a list looked at it now: a list that has the feed, or one
/// that would be connected to it.
///
/// # Errors
/// The database's.
pub async fn preview(service: &Service, list: Option<ListId>, found: &Found) -> Result<Preview, store::Error> {
    let contents = &contents(&found.feed);
    let known = service
        .db
        .read(|mut tx| async move {
            let Some((list, feed)) = connected(&mut tx, list, found.url.as_str()).await? else {
                return Ok::<_, store::Error>(None);
            };
            let fates = fates(&mut tx, &list, &feed, contents).await?;
            Ok(Some((feed, fates)))
        })
        .await?;
    let (way, url) = (Way::from(found.how), found.url.clone());
    let mut preview = Preview::of((way, found.how.to_string()), url, &found.feed);
    preview.alternatives = (found.alternatives.iter())
        .map(|feed| Alternative {
            url: feed.url.clone(),
            title: feed.title.clone(),
        })
        .collect();
    if let Some((feed, fates)) = known {
        preview.feed = Some(feed.id);
        preview.decide(fates);
        preview.choose(&feed.included, &feed.excluded);
    }
    Ok(preview)
}

/// What Paperround sees in a document at hand that came from `url`, as of a feed that is not connected.
///
/// # Errors
/// With what the document is instead of a feed, or where it is broken.
pub fn preview_of_document(bytes: &[u8], content_type: Option<&str>, url: &Url) -> Result<Preview, ParseError> {
    let feed = feed::parse(bytes, content_type, url)?;
    let way = (Way::Document, "This was read from a document.".to_owned());
    Ok(Preview::of(way, url.clone(), &feed))
}

/// The posts of a feed as the ledger keeps them, the oldest first: the order in which they are written down.
fn contents(feed: &ParsedFeed) -> Vec<Content> {
    feed.items.iter().rev().map(of_item).collect()
}

/// The list's feed at that address, if it has one.
async fn connected(tx: &mut Tx, list: Option<ListId>, url: &str) -> Result<Option<(List, Feed)>, store::Error> {
    let Some(list) = list else { return Ok(None) };
    let Some(list) = lists::find(tx, list).await? else {
        return Ok(None);
    };
    let feeds = feeds::page(tx, Some(list.id), None, u32::MAX).await?;
    let feed = feeds.into_iter().find(|feed| feed.url == url);
    Ok(feed.map(|feed| (list, feed)))
}

/// The fate of each: what the ledger says where it knows it, else what a look at the feed would write there now. In the
/// order of the contents.
async fn fates(tx: &mut Tx, list: &List, feed: &Feed, contents: &[Content]) -> Result<Vec<Fate>, store::Error> {
    let mut fates = vec![None; contents.len()];
    let mut new = Vec::new();
    for (place, content) in contents.iter().enumerate() {
        fates[place] = if let Some(post) = posts::find_by_identity(tx, feed.id, &content.identity).await? {
            Some(Fate::new(post.state, post.reason))
        } else if let Some(twin) = twin(tx, list.id, content).await? {
            Some(verdict_on_twin(feed, &twin))
        } else {
            new.push(content);
            None
        };
    }
    let (new, _) = fates_of_new(feed, list, tx.now(), &new);
    let mut new = new.into_iter().map(|(_, fate)| fate);
    Ok(fates
        .into_iter()
        .filter_map(|fate| fate.or_else(|| new.next()))
        .collect())
}

impl Preview {
    /// A feed that is not connected.
    fn of((way, found): (Way, String), url: Url, feed: &ParsedFeed) -> Self {
        let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let mut preview = Self {
            url,
            way,
            found,
            alternatives: Vec::new(),
            feed: None,
            title: text(&feed.title),
            site_url: feed.site_url.clone(),
            language: feed.language.clone(),
            generator: feed.generator.clone(),
            would_be_sent: 0,
            sentence: String::new(),
            posts: feed.items.iter().map(PreviewPost::from).collect(),
        };
        let first_look = fate_of(&[], None, (&Topics::default(), &Topics::default()));
        preview.decide(vec![first_look; feed.items.len()]);
        preview
    }

    /// Takes over fates, those of the oldest posts first.
    fn decide(&mut self, fates: Vec<Fate>) {
        for (post, fate) in self.posts.iter_mut().rev().zip(fates) {
            (post.state, post.reason) = (fate.state, fate.reason);
        }
        let will_be = |post: &&PreviewPost| matches!(post.state, State::Settling | State::Ready);
        self.would_be_sent = self.posts.iter().filter(will_be).count();
        self.sentence = sentence(self.would_be_sent, self.posts.len());
    }

    /// Tells of each post whether one like it is left out when a list takes only some categories from the feed, and not
    /// others.
    pub fn choose(&mut self, included: &Topics, excluded: &Topics) {
        for post in &mut self.posts {
            let fate = fate_of(&post.categories, Some(0), (included, excluded));
            post.left_out = (fate.state == State::Skipped).then_some(fate.reason);
        }
    }
}

/// The fate of a post without a date in a feed that was first looked at then.
fn fate_of(categories: &[String], connected_at: Option<i64>, (included, excluded): (&Topics, &Topics)) -> Fate {
    let new = New {
        published_at: None,
        categories: &categories.iter().collect(),
        connected_at: connected_at.map(Into::into),
        included,
        excluded,
        settling: std::time::Duration::ZERO,
    };
    new.fate(0.into())
}

/// How many posts of a feed will be sent, as people say it.
fn sentence(sent: usize, all: usize) -> String {
    match (sent, all) {
        (_, 0) => "There are no posts in this feed yet.".to_owned(),
        (0, 1) => "The one post in this feed will not be sent.".to_owned(),
        (_, 1) => "The one post in this feed will be sent.".to_owned(),
        (sent, all) if sent == all => format!("All of these {all} posts will be sent."),
        (sent, all) => format!("{sent} of these {all} posts will be sent."),
    }
}

impl From<&Item> for PreviewPost {
    fn from(item: &Item) -> Self {
        Self {
            identity: item.identity.to_string(),
            guid: item.guid.clone(),
            title: item.title.clone(),
            url: item.link.clone(),
            published_at: item.published.map(|at| at.timestamp()),
            updated_at: item.updated.map(|at| at.timestamp()),
            author: item.author.clone(),
            categories: item.categories.clone(),
            image_url: item.image_url.clone(),
            image_alt: item.image_alt.clone(),
            excerpt: item.excerpt.clone(),
            html: item.html.clone(),
            is_summary: item.is_summary,
            minutes: item.minutes,
            state: State::Baseline,
            reason: String::new(),
            left_out: None,
        }
    }
}

impl From<How> for Way {
    fn from(how: How) -> Self {
        match how {
            How::Itself => Self::Itself,
            How::Named => Self::Named,
            How::WellKnown { .. } => Self::WellKnown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_posts_that_will_be_sent_is_told_as_people_say_it() {
        assert_eq!(sentence(0, 0), "There are no posts in this feed yet.");
        assert_eq!(sentence(0, 1), "The one post in this feed will not be sent.");
        assert_eq!(sentence(1, 1), "The one post in this feed will be sent.");
        assert_eq!(sentence(0, 20), "0 of these 20 posts will be sent.");
        assert_eq!(sentence(1, 20), "1 of these 20 posts will be sent.");
        assert_eq!(sentence(3, 3), "All of these 3 posts will be sent.");
    }

    #[test]
    fn a_document_at_hand_shows_what_a_feed_that_is_not_connected_would() {
        let rss = r#"<rss version="2.0"><channel><title>Elm Street</title>
            <item><title>Sleep</title><guid>1</guid><category>Sleep</category></item>
            <item><title>Soup</title><guid>2</guid><category>Food</category></item></channel></rss>"#;
        let url = Url::parse("https://elmstreet.example/feed").unwrap();

        let mut preview = preview_of_document(rss.as_bytes(), None, &url).unwrap();
        preview.choose(&Topics::parse("sleep"), &Topics::default());

        assert_eq!(preview.sentence, "0 of these 2 posts will be sent.");
        let shown = preview
            .posts
            .iter()
            .map(|post| (post.title.as_str(), post.left_out.as_deref()));
        let expected = [("Sleep", None), ("Soup", Some("left out: it is in none of sleep"))];
        assert_eq!(shown.collect::<Vec<_>>(), expected);
        assert!(preview.posts.iter().all(|post| post.state == State::Baseline));
        assert_eq!(preview.posts[0].reason, "was there when the feed was connected");
    }
}
