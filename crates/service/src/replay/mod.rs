//! What a list would have mailed, had it existed: its readers, its cadences and its rules over the posts of a past time.
//!
//! Everything is loaded first ([`readers_of`], [`looks_of_document`], [`looks_of_copies`]); the [`walk()`] over time is a
//! function of values alone. It asks the rules that the service asks ([`domain::post`], [`domain::pace`],
//! [`domain::owed`]); the order in which they are asked follows `feeds::ledger`, `mailings::plan` and `mailings::choose`, and
//! changes with them. Nothing is mailed and nothing is written.

mod ledger;
mod looks;
mod readers;
#[cfg(test)]
mod tests;
mod walk;

use domain::{Cadence, Millis, Topics, owed::Pause, post::State, rules::Rules};
use feed::Item;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use url::Url;

pub use looks::{looks_of_copies, looks_of_document};
pub use readers::{assumed_readers, readers_of};
pub use walk::walk;

/// All that decides what would have been mailed.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where the list's hours are counted.
    pub zone: TimeZone,
    /// How often it is mailed to readers who chose nothing else.
    pub cadence: Cadence,
    /// How it makes mailings of posts.
    pub rules: Rules,
    /// The only categories that it takes from the feed; all when there are none.
    pub included: Topics,
    /// The categories that it does not take.
    pub excluded: Topics,
    /// When it was made, and its feed was connected.
    pub since: Millis,
    /// Until when to walk.
    pub until: Millis,
    /// Who reads it.
    pub readers: Vec<Readers>,
    /// What the feed showed, in order; the first look is the one that connects it.
    pub looks: Vec<Look>,
}

/// Readers who are alike in all that decides about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readers {
    /// How many they are.
    pub count: u64,
    /// When they joined.
    pub joined_at: Millis,
    /// How often they want the list.
    pub cadence: Cadence,
    /// What they want to read about; everything unless they chose.
    pub topics: Option<Topics>,
    /// When they got nothing.
    pub pauses: Vec<Pause>,
}

/// What a feed showed at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Millis,
    /// What, the newest first.
    pub items: Vec<Item>,
}

/// What would have been mailed, and what not. Its field names are a promise to programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replay {
    /// From when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How many readers there were.
    pub readers: u64,
    /// The mailings, in order.
    pub mailings: Vec<Mailing>,
    /// The posts that went into none of them.
    pub never_sent: Vec<NeverSent>,
}

/// A mailing that would have gone out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mailing {
    /// When.
    pub at: Timestamp,
    /// To the readers of which cadence.
    pub cadence: Cadence,
    /// How many got it.
    pub readers: u64,
    /// What it brought, in its order.
    pub posts: Vec<Brought>,
}

/// A post of a mailing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Brought {
    /// Which.
    #[serde(flatten)]
    pub post: Post,
    /// How many of the mailing's readers got it: fewer where some had it, or read about other topics.
    pub readers: u64,
}

/// A post that nobody would have got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeverSent {
    /// Which.
    #[serde(flatten)]
    pub post: Post,
    /// Where it would stand.
    pub state: State,
    /// Why.
    pub reason: String,
}

/// A post by what people know it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Post {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: Option<Url>,
    /// When it says that it was published.
    pub published_at: Option<Timestamp>,
}

impl From<&Item> for Post {
    fn from(item: &Item) -> Self {
        Self {
            title: item.title.clone(),
            url: item.link.clone(),
            published_at: item.published.map(|at| at.timestamp()),
        }
    }
}
