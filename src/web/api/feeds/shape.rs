//! Feeds as JSON.

use domain::{FeedId, ListId, Topics, feed::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use service::feeds::{Alternative, Preview, Way};
use store::feeds;
use utoipa::ToSchema;

use super::preview;
use crate::web::api::{ListRef, words};

/// A feed of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Feed {
    #[schema(value_type = Uuid)]
    id: FeedId,
    #[schema(value_type = Uuid)]
    list: ListId,
    #[schema(example = "https://example.org/blog-feed.xml")]
    url: String,
    /// What it calls itself.
    #[schema(required)]
    title: Option<String>,
    /// The site that it belongs to.
    #[schema(required)]
    site_url: Option<String>,
    /// The only categories that the list takes from it; all when there are none.
    #[schema(value_type = Vec<String>)]
    included: Topics,
    /// The categories that the list does not take from it.
    #[schema(value_type = Vec<String>)]
    excluded: Topics,
    #[schema(value_type = words::FeedState)]
    state: State,
    /// Why it could not be read, or what is odd about it.
    #[schema(required)]
    reason: Option<String>,
    /// What you are asked about its posts that are held; answer by `POST /feeds/{feed}/held`.
    #[schema(
        required,
        example = "12 new posts came at once. Are they new to your readers, or was the blog moved or its feed rewritten?"
    )]
    question: Option<String>,
    /// How many of its posts are held.
    held: i64,
    /// Where the blog can say that there is something new; only admins see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hook_url: Option<String>,
    /// When it was last looked at.
    #[schema(required)]
    polled_at: Option<Timestamp>,
    /// When it is looked at next.
    next_poll_at: Timestamp,
    created_at: Timestamp,
    /// Counts the changes; a change names the version that it was made from.
    version: i64,
}

/// A feed that was connected, and how it was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectedFeed {
    #[serde(flatten)]
    feed: Feed,
    #[schema(value_type = preview::FeedWay)]
    way: Way,
    /// How the feed was found, in a sentence.
    #[schema(example = "The page at this address names the feed.")]
    found: String,
    /// The other feeds that the blog's page names; none of them was looked at.
    #[schema(value_type = Vec<preview::AlternativeFeed>)]
    alternatives: Vec<Alternative>,
    /// What becomes of the posts that are in it now.
    #[schema(example = "0 of these 20 posts will be sent.")]
    sentence: String,
}

/// A feed to connect.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeed {
    /// The id or the short name of the list.
    pub list: ListRef,
    /// The address of the blog or of its feed.
    #[schema(example = "https://example.org/blog")]
    pub url: String,
    /// The only categories that the list takes from it; all when there are none.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub included: Topics,
    /// The categories that the list does not take from it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub excluded: Topics,
}

/// A feed to look at, without connecting it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedToPreview {
    /// The id or the short name of the list that has it, or is to get it.
    pub list: Option<ListRef>,
    /// The address of the blog or of its feed.
    #[schema(example = "https://example.org/blog")]
    pub url: String,
    /// The only categories that the list is to take from it: by default as it is connected.
    #[schema(value_type = Option<Vec<String>>)]
    pub included: Option<Topics>,
    /// The categories that the list is not to take from it: by default as it is connected.
    #[schema(value_type = Option<Vec<String>>)]
    pub excluded: Option<Topics>,
}

/// Which categories a list is to take from a feed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedChange {
    /// The version of the feed that the change was made from.
    pub version: i64,
    /// The only categories that the list takes from it; all when there are none.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub included: Topics,
    /// The categories that the list does not take from it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub excluded: Topics,
}

/// The answer to what a feed asks about its posts that are held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldVerdict {
    /// What becomes of all of them.
    pub verdict: Verdict,
}

/// What becomes of posts that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// They go into the list's next mailing.
    Mail,
    /// They go into no mailing by themselves.
    Skip,
}

/// What an answer about posts that were held did.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldAnswer {
    /// How many there were.
    pub posts: usize,
}

impl Feed {
    /// A feed with the number of its posts that are held, as somebody may see it: with the address of its hook, or not.
    pub fn new(feed: feeds::Feed, held: i64, hook_url: Option<String>) -> Self {
        Self {
            id: feed.id,
            list: feed.list,
            url: feed.url,
            title: feed.title,
            site_url: feed.site_url,
            included: feed.included,
            excluded: feed.excluded,
            state: feed.state,
            reason: feed.reason,
            question: feed.question,
            held,
            hook_url,
            polled_at: feed.polled_at.map(|at| at.timestamp()),
            next_poll_at: feed.next_poll_at.timestamp(),
            created_at: feed.created_at.timestamp(),
            version: feed.version,
        }
    }
}

impl ConnectedFeed {
    /// A feed that was connected just now, with what was seen in it before.
    pub fn new(feed: Feed, preview: Preview) -> Self {
        Self {
            feed,
            way: preview.way,
            found: preview.found,
            alternatives: preview.alternatives,
            sentence: preview.sentence,
        }
    }
}
