//! From a blog's address to a feed that is connected to a list, in one go.

use domain::{ListId, Topics};
use feed::FindError;
use store::{events::Origin, feeds::Feed, lists};

use super::{
    ConnectError, NewFeed, Preview, connect,
    connect::may_have_feeds,
    preview::{discover, preview},
};
use crate::Service;

/// Why a blog was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// Its feed was not found.
    #[error(transparent)]
    Find(#[from] FindError),
    /// Its feed was not connected.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

/// A feed that was connected, and what was seen in it.
#[derive(Debug, Clone)]
pub struct Added {
    /// The feed.
    pub feed: Feed,
    /// How it was found, and what becomes of the posts that are in it now.
    pub preview: Preview,
}

/// Finds the feed of a blog by the blog's address or the feed's, and connects it to a list, which takes some categories
/// from it and not others. Nothing is asked of the blog for a list that can have no feeds.
///
/// # Errors
/// When the feed is not found, or the list is not there, archived, or has it.
pub async fn add(
    service: &Service,
    origin: &Origin,
    list: ListId,
    address: &str,
    (included, excluded): (Topics, Topics),
) -> Result<Added, AddError> {
    service
        .db
        .read(|mut tx| async move { may_have_feeds(lists::find(&mut tx, list).await?.as_ref()) })
        .await?;
    let found = discover(service, address).await?;
    let mut preview = preview(service, None, &found).await.map_err(ConnectError::from)?;
    preview.choose(&included, &excluded);
    let new = NewFeed {
        url: found.url,
        included,
        excluded,
    };
    let feed = connect(service, origin, list, &new).await?;
    Ok(Added { feed, preview })
}
