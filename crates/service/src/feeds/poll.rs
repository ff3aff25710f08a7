//! Looking at feeds when they are due.

use domain::{
    FeedId, ListId,
    feed::{LONGEST_WAIT, POLL_EVERY, State, wait_after_failure},
};
use feed::Request;
use store::{
    feeds::{self, Document, Feed, Look},
    lists,
};

use super::{
    ask::{asked_feeds, enqueue_look},
    ledger,
    look::{Looked, look},
};
use crate::{
    Service,
    reports::{self, FAILURES},
};

/// How many feeds are found due in one go.
const AT_ONCE: u32 = 100;

/// Queues a look at every feed that is due, and at those of which somebody asked for one.
///
/// # Errors
/// The database's.
pub async fn due_feeds(service: &Service) -> Result<(), store::Error> {
    let due = service
        .db
        .read(|mut tx| async move { feeds::due(&mut tx, AT_ONCE).await })
        .await?;
    for id in due {
        service
            .db
            .claim(|mut tx| async move {
                enqueue_look(&mut tx, id).await?;
                // The look itself sets the time of the next; this only keeps the feed from being found due meanwhile.
                let until = tx.now() + POLL_EVERY;
                feeds::put_off(&mut tx, id, until).await
            })
            .await?;
    }
    asked_feeds(service).await
}

/// Looks at a feed and writes down what it showed. A feed that cannot be read says why in its row, and is looked at
/// again, later each time.
///
/// # Errors
/// The database's.
pub async fn poll(service: &Service, id: FeedId) -> Result<(), store::Error> {
    let feed = by_id(service, id).await?.filter(|feed| feed.removed_at.is_none());
    let Some(feed) = feed else {
        return Ok(());
    };
    let request = Request {
        url: &feed.url,
        etag: feed.etag.as_deref(),
        last_modified: feed.last_modified.as_deref(),
    };
    let now = service.now();
    let worked = |document| Look {
        state: State::Ok,
        reason: None,
        failures: 0,
        next_poll_at: now + POLL_EVERY,
        document,
    };
    match look(service, request).await {
        Ok(Looked::Unchanged) => record(service, id, &worked(None)).await,
        Ok(Looked::Read {
            feed: parsed,
            moved_to,
            etag,
            last_modified,
        }) => {
            let look = worked(Some(Document {
                title: Some(parsed.title.clone()).filter(|title| !title.is_empty()),
                site_url: parsed.site_url.clone().map(String::from),
                moved_to,
                etag,
                last_modified,
            }));
            ledger::write(service, id, &parsed.items, &look).await
        }
        Err(error) => {
            tracing::info!(feed.id = %id, error = %error, "a feed could not be read");
            let failures = feed.failures + 1;
            let tries = u32::try_from(failures).unwrap_or(u32::MAX);
            let wait = match &error {
                super::LookError::Fetch(feed::FetchError::Gone) => LONGEST_WAIT,
                error => wait_after_failure(tries, error.retry_after()),
            };
            let look = Look {
                state: State::Failing,
                reason: Some(error.to_string()),
                failures,
                next_poll_at: now + wait,
                document: None,
            };
            record(service, id, &look).await?;
            if failures >= FAILURES {
                tell(service, &feed, &error.to_string()).await?;
            }
            Ok(())
        }
    }
}

/// Tells staff once that a feed cannot be read.
async fn tell(service: &Service, feed: &Feed, why: &str) -> Result<(), store::Error> {
    service
        .db
        .write(|mut tx| async move {
            let list = lists::find(&mut tx, feed.list).await?;
            match list {
                Some(list) if feeds::mark_told(&mut tx, feed.id).await? => {
                    reports::feed_fails(&mut tx, &list, feed, why).await
                }
                _ => Ok(()),
            }
        })
        .await
}

async fn record(service: &Service, id: FeedId, look: &Look) -> Result<(), store::Error> {
    service
        .db
        .write(|mut tx| async move { feeds::record_look(&mut tx, id, look).await })
        .await
}

/// The feed of that id, removed or not.
///
/// # Errors
/// The database's.
pub async fn by_id(service: &Service, id: FeedId) -> Result<Option<Feed>, store::Error> {
    service
        .db
        .read(|mut tx| async move { feeds::find(&mut tx, id).await })
        .await
}

/// At most `most` feeds of a list, or of all lists, after an id.
///
/// # Errors
/// The database's.
pub async fn page(
    service: &Service,
    list: Option<ListId>,
    after: Option<FeedId>,
    most: u32,
) -> Result<Vec<Feed>, store::Error> {
    service
        .db
        .read(|mut tx| async move { feeds::page(&mut tx, list, after, most).await })
        .await
}
