//! A page that no feed shows, put into the ledger because staff named it by its address.

use std::{future::Future, time::Duration};

use domain::{
    ListId,
    post::{Fate, State},
};
use feed::{PageError, PageFacts, fetch_page};
use serde_json::json;
use store::{
    events::{self, Event, Origin, Subject},
    lists,
    posts::{self, Post},
};
use url::Url;

use super::{
    content::of_page,
    posts::{PostError, load},
};
use crate::{
    Service,
    mailings::{AnnounceError, may_be_announced},
};

/// How long whoever named the page waits for it, whatever the site does.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a page was not put into the ledger.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// It could not be announced on this list.
    #[error(transparent)]
    List(#[from] AnnounceError),
    /// It cannot be read.
    #[error(transparent)]
    Page(#[from] PageError),
    /// It was not read in time.
    #[error("the page did not come within {} seconds; open it in a browser, and try again when it comes", PATIENCE.as_secs())]
    TooSlow,
    /// It does not say what it is called.
    #[error("the page has no title, so a mail would not say what it is about")]
    NoTitle,
    /// It could not be found again.
    #[error(transparent)]
    Post(#[from] PostError),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Puts a page into the ledger that no feed of the list shows, so that it can be announced. One that is there stays.
/// Nothing is fetched for a list that cannot be mailed.
///
/// # Errors
/// When the list is not there or cannot be mailed, or the page cannot be read.
pub async fn adopt(service: &Service, origin: &Origin, list: ListId, url: &Url) -> Result<Post, AdoptError> {
    let found = service
        .db
        .read(|mut tx| async move { lists::find(&mut tx, list).await })
        .await?;
    may_be_announced(&found.ok_or(AnnounceError::Unknown)?)?;
    let page = in_time(PATIENCE, fetch_page(&service.fetcher, url)).await?;
    let content = &of_page(&page);
    if content.title.is_empty() {
        return Err(AdoptError::NoTitle);
    }
    service
        .db
        .write(|mut tx| async move {
            let link = content.canonical_link.as_deref().unwrap_or_default();
            if let Some(post) = posts::find_by_link(&mut tx, list, link).await? {
                return Ok(post);
            }
            let fate = Fate::new(State::Baseline, format!("named by its address by {}", origin.actor));
            let id = posts::insert(&mut tx, (None, list), content, &fate).await?;
            let id = id.ok_or(PostError::Unknown)?;
            let event = Event::new("post.adopt", Subject::Post(id))
                .on(list)
                .with(json!({ "url": content.link }));
            events::record(&mut tx, origin, event).await?;
            Ok(load(&mut tx, id).await?)
        })
        .await
}

async fn in_time(
    patience: Duration,
    page: impl Future<Output = Result<PageFacts, PageError>>,
) -> Result<PageFacts, AdoptError> {
    let page = tokio::time::timeout(patience, page).await;
    Ok(page.map_err(|_| AdoptError::TooSlow)??)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_that_never_ends_is_given_up_with_what_to_do() {
        let error = in_time(Duration::from_millis(1), std::future::pending())
            .await
            .unwrap_err();

        assert_eq!(
            error.to_string(),
            "the page did not come within 20 seconds; open it in a browser, and try again when it comes"
        );
    }
}
