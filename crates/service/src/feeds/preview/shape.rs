//! The one shape of a preview for the command line's `--json` and the API: its field names are a promise to programs.

use domain::{
    FeedId, Topics,
    post::{Fate, New, State},
};
use feed::{How, Item, ParsedFeed};
use jiff::Timestamp;
use serde::Serialize;
use url::Url;

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

impl Preview {
    /// A feed that is not connected.
    pub(super) fn of((way, found): (Way, String), url: Url, feed: &ParsedFeed) -> Self {
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
        let if_connected = Fate::new(
            State::Baseline,
            "is there already, so connecting the feed does not mail it",
        );
        preview.decide(vec![if_connected; feed.items.len()]);
        preview
    }

    /// Takes over fates, those of the oldest posts first.
    pub(super) fn decide(&mut self, fates: Vec<Fate>) {
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
            let fate = fate_of(&post.categories, (included, excluded));
            post.left_out = (fate.state == State::Skipped).then_some(fate.reason);
        }
    }
}

/// The fate of a new post without a date.
fn fate_of(categories: &[String], (included, excluded): (&Topics, &Topics)) -> Fate {
    let new = New {
        published_at: None,
        categories: &categories.iter().collect(),
        connected_at: Some(0.into()),
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
}
