//! Connecting a feed to a list, and taking it off again.

use domain::{FeedId, ListId, Topics};
use serde_json::json;
use store::{
    Tx,
    events::{self, Event, Origin, Subject},
    feeds::{self, Feed},
    lists::{self, List},
};
use url::Url;

use super::ask::enqueue_look;
use crate::Service;

/// Why a feed was not connected or changed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is no such list.
    #[error("there is no such list")]
    UnknownList,
    /// There is no such feed.
    #[error("there is no such feed")]
    Unknown,
    /// The list is archived.
    #[error("the list is archived")]
    Archived,
    /// The list has this feed.
    #[error("this feed is connected to the list already")]
    Connected,
    /// Somebody else changed it in the meantime.
    #[error("the feed was changed by somebody else in the meantime: look at it again")]
    Stale,
    /// Something other than a web address.
    #[error("{0} is not the address of a feed: it starts with https:// or http://")]
    NotAWebAddress(Url),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A feed to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    /// Where it is.
    pub url: Url,
    /// The only categories that the list takes from it; all when there are none.
    pub included: Topics,
    /// The categories that the list does not take from it.
    pub excluded: Topics,
}

impl NewFeed {
    /// A feed of which a list takes everything.
    #[must_use]
    pub fn all_of(url: Url) -> Self {
        Self {
            url,
            included: Topics::default(),
            excluded: Topics::default(),
        }
    }
}

/// Connects a feed to a list, which takes these categories from it and not those, and has it looked at. What the first
/// look shows is never mailed by itself.
///
/// # Errors
/// When the list is not there, archived, or has this feed.
pub async fn connect(service: &Service, origin: &Origin, list: ListId, new: &NewFeed) -> Result<Feed, ConnectError> {
    let NewFeed {
        url,
        included,
        excluded,
    } = new;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ConnectError::NotAWebAddress(url.clone()));
    }
    let result = service
        .db
        .write(|mut tx| async move {
            may_have_feeds(lists::find(&mut tx, list).await?.as_ref())?;
            if feeds::find_on(&mut tx, list, url.as_str()).await?.is_some() {
                return Err(ConnectError::Connected);
            }
            let id = feeds::insert(&mut tx, list, url.as_str(), (included, excluded)).await?;
            enqueue_look(&mut tx, id).await?;
            let event = Event::new("feed.connect", Subject::Feed(id))
                .on(list)
                .with(json!({ "url": url }));
            events::record(&mut tx, origin, event).await?;
            feeds::find(&mut tx, id).await?.ok_or(ConnectError::Unknown)
        })
        .await;
    match result {
        Err(ConnectError::Store(store::Error::Taken(_))) => Err(ConnectError::Connected),
        result => result,
    }
}

/// Whether feeds can be connected to a list.
pub(super) fn may_have_feeds(list: Option<&List>) -> Result<(), ConnectError> {
    match list {
        None => Err(ConnectError::UnknownList),
        Some(list) if list.archived_at.is_some() => Err(ConnectError::Archived),
        Some(_) => Ok(()),
    }
}

/// Sets which categories a list takes from a feed, when that still has the version that they were chosen for. Posts that
/// are in the ledger stay as they are.
///
/// # Errors
/// When there is no such feed, or it was changed since.
pub async fn change(
    service: &Service,
    origin: &Origin,
    id: FeedId,
    version: i64,
    (included, excluded): (&Topics, &Topics),
) -> Result<Feed, ConnectError> {
    service
        .db
        .write(|mut tx| async move {
            let before = connected(&mut tx, id).await?;
            if !feeds::set_categories(&mut tx, id, version, (included, excluded)).await? {
                return Err(ConnectError::Stale);
            }
            let detail = json!({ "included": included, "excluded": excluded });
            let event = Event::new("feed.change", Subject::Feed(id))
                .on(before.list)
                .with(detail);
            events::record(&mut tx, origin, event).await?;
            connected(&mut tx, id).await
        })
        .await
}

/// Takes a feed off its list. Its posts stay as they are.
///
/// # Errors
/// When there is no such feed.
pub async fn remove(service: &Service, origin: &Origin, id: FeedId) -> Result<(), ConnectError> {
    service
        .db
        .write(|mut tx| async move {
            let feed = connected(&mut tx, id).await?;
            feeds::remove(&mut tx, id).await?;
            let event = Event::new("feed.remove", Subject::Feed(id))
                .on(feed.list)
                .with(json!({ "url": feed.url }));
            events::record(&mut tx, origin, event).await?;
            Ok(())
        })
        .await
}

pub(super) async fn connected(tx: &mut Tx, id: FeedId) -> Result<Feed, ConnectError> {
    let feed = feeds::find(tx, id).await?.filter(|feed| feed.removed_at.is_none());
    feed.ok_or(ConnectError::Unknown)
}
