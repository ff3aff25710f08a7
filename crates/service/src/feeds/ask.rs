//! Asking for a look at a feed: by the clock, by staff, or by a blog that calls its hook.
//!
//! One look at a feed is on its way at a time. Whoever asks while one waits is served by that one; whoever asks while one
//! runs may have news that it no longer sees, and gets one more after it.

use std::time::Duration;

use domain::{FeedId, Job};
use store::{
    Tx,
    events::{self, Event, Origin, Subject},
    feeds,
    jobs::{self, When},
};

use super::connect::{ConnectError, connected};
use crate::Service;

/// How long a blog is left alone after a look before a hook has it looked at again, however often that is called: its
/// address may have leaked.
pub const HOOK_GAP: Duration = Duration::from_secs(10);

/// How many feeds are found in one go of which a look was asked for.
const AT_ONCE: u32 = 100;

/// What became of a wish for a look.
enum Asked {
    /// One is on its way now.
    Queued,
    /// One is on its way already, and has not begun.
    Waits,
    /// One runs, or ended just now: it may not have seen what is new.
    Runs,
}

/// Has a feed looked at now, because staff ask for it. Where a look waits already that one is enough: nothing is done and
/// nothing is written down, however often it is asked for.
///
/// # Errors
/// When there is no such feed.
pub async fn look_now(service: &Service, origin: &Origin, id: FeedId) -> Result<(), ConnectError> {
    ask(service, origin, id, Duration::ZERO).await
}

/// Has a feed looked at as [`look_now`], but some seconds after the last look at the earliest: calls in between share the
/// look at their end.
///
/// # Errors
/// When there is no such feed.
pub async fn look_soon(service: &Service, origin: &Origin, id: FeedId) -> Result<(), ConnectError> {
    ask(service, origin, id, HOOK_GAP).await
}

async fn ask(service: &Service, origin: &Origin, id: FeedId, gap: Duration) -> Result<(), ConnectError> {
    service
        .db
        .write(|mut tx| async move {
            let feed = connected(&mut tx, id).await?;
            let now = tx.now();
            let earliest = feed.polled_at.map_or(now, |at| now.max(at + gap));
            let is_first = match enqueue(&mut tx, id, When::at(earliest)).await? {
                Asked::Queued => true,
                Asked::Waits => false,
                Asked::Runs => feeds::ask_for_look(&mut tx, id, now).await?,
            };
            if is_first {
                let event = Event::new("feed.look", Subject::Feed(id)).on(feed.list);
                events::record(&mut tx, origin, event).await?;
            }
            Ok(())
        })
        .await
}

/// Queues the looks that were asked for while another ran.
pub(super) async fn asked_feeds(service: &Service) -> Result<(), store::Error> {
    let asked = service
        .db
        .read(|mut tx| async move {
            let looked_before = tx.now() - HOOK_GAP;
            feeds::asked(&mut tx, looked_before, AT_ONCE).await
        })
        .await?;
    for id in asked {
        service
            .db
            .claim(|mut tx| async move {
                match enqueue(&mut tx, id, When::now()).await? {
                    Asked::Queued | Asked::Waits => feeds::forget_asking(&mut tx, id).await,
                    Asked::Runs => Ok(()),
                }
            })
            .await?;
    }
    Ok(())
}

/// Queues a look at a feed unless one is on its way.
pub(super) async fn enqueue_look(tx: &mut Tx, feed: FeedId) -> Result<(), store::Error> {
    enqueue(tx, feed, When::now()).await.map(drop)
}

async fn enqueue(tx: &mut Tx, feed: FeedId, when: When) -> Result<Asked, store::Error> {
    let key = format!("poll {feed}");
    if jobs::enqueue(tx, &Job::PollFeed { feed }, when.once(&*key))
        .await?
        .is_some()
    {
        return Ok(Asked::Queued);
    }
    // On PostgreSQL the one that was in the way may be gone by now. Then none waits, and the wish must outlive this.
    Ok(if jobs::is_pending(tx, &key).await? {
        Asked::Waits
    } else {
        Asked::Runs
    })
}
