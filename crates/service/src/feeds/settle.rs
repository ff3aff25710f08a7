//! Posts on their way from the feed to a mailing: completed from their pages, settled, and looked at once more before
//! they are mailed.

use std::{collections::HashSet, time::Duration};

use domain::{
    FeedId, MailingId, PostId,
    mailing::Occasion,
    post::{Fate, State},
};
use feed::{PageError, fetch_page};
use store::{
    feeds, mailings,
    posts::{self, Post},
};
use url::Url;

use super::{content::completion, ledger::plan, poll::poll};
use crate::Service;

/// How many posts settle in one go.
const AT_ONCE: u32 = 100;
/// A feed that was looked at this recently is not looked at again before a mailing.
const FRESH: Duration = Duration::from_secs(60);
/// How many posts of a mailing have their pages looked at before it, the newest ones.
const MOST_PAGES: usize = 10;

/// Makes the posts ready that have settled, all of them together, so that those of one list share a mailing.
///
/// # Errors
/// The database's.
pub async fn settle_due(service: &Service) -> Result<(), store::Error> {
    let due = service
        .db
        .read(|mut tx| async move { posts::settled(&mut tx, AT_ONCE).await })
        .await?;
    if due.is_empty() {
        return Ok(());
    }
    let due = &due;
    service
        .db
        .write(|mut tx| async move {
            let mut lists = HashSet::new();
            for post in due {
                lists.extend(posts::settle(&mut tx, *post).await?.map(|post| post.list));
            }
            for list in lists {
                plan(&mut tx, list).await?;
            }
            Ok(())
        })
        .await
}

/// Reads a post's page for what its feed leaves out. A page that cannot be read now leaves the post as the feed has it.
///
/// # Errors
/// The database's.
pub async fn read_page(service: &Service, id: PostId) -> Result<(), store::Error> {
    let found = service
        .db
        .read(|mut tx| async move { posts::find(&mut tx, id).await })
        .await?;
    let Some(url) = found.as_ref().and_then(page_of) else {
        return Ok(());
    };
    match fetch_page(&service.fetcher, &url).await {
        Ok(page) => {
            let completion = &completion(&page);
            service
                .db
                .write(|mut tx| async move { posts::complete(&mut tx, id, completion).await })
                .await
        }
        Err(error) => {
            tracing::info!(post.id = %id, error = %error, "a post's page could not be read");
            Ok(())
        }
    }
}

fn page_of(post: &Post) -> Option<Url> {
    post.content.link.as_deref().and_then(|link| Url::parse(link).ok())
}

/// Looks at the feeds and pages of a mailing's posts once more. What staff announced by hand is not asked about again, and
/// a site that does not answer now changes nothing.
///
/// # Errors
/// The database's.
pub(crate) async fn last_look(service: &Service, mailing: MailingId) -> Result<(), store::Error> {
    let found = service
        .db
        .read(|mut tx| async move {
            let found = mailings::find(&mut tx, mailing).await?;
            if found.is_none_or(|mailing| mailing.occasion == Occasion::Asked) {
                return Ok(Vec::new());
            }
            mailings::posts(&mut tx, mailing).await
        })
        .await?;
    let feeds: HashSet<FeedId> = found.iter().filter_map(|post| post.feed).collect();
    let mut answering = HashSet::new();
    for feed in feeds {
        if look_again(service, feed).await? {
            answering.insert(feed);
        }
    }
    let of_answering = |post: &&Post| post.feed.is_some_and(|feed| answering.contains(&feed));
    let is_new = |post: &&Post| post.state == State::Ready;
    for post in found.iter().rev().filter(is_new).filter(of_answering).take(MOST_PAGES) {
        if let Some(url) = page_of(post)
            && fetch_page(&service.fetcher, &url).await == Err(PageError::Gone)
        {
            let (id, gone) = (post.id, &Fate::new(State::Skipped, "its page is gone"));
            service
                .db
                .write(|mut tx| async move { posts::move_to(&mut tx, id, &[State::Ready], gone).await })
                .await?;
        }
    }
    Ok(())
}

/// Looks at a feed unless that was just done. Tells whether its site answers.
async fn look_again(service: &Service, id: FeedId) -> Result<bool, store::Error> {
    let find = || async {
        service
            .db
            .read(|mut tx| async move { feeds::find(&mut tx, id).await })
            .await
    };
    let Some(feed) = find()
        .await?
        .filter(|feed| feed.removed_at.is_none() && feed.baseline_at.is_some())
    else {
        return Ok(false);
    };
    let now = service.now();
    if feed.polled_at.is_none_or(|at| now.since(at) > FRESH) {
        poll(service, id).await?;
    }
    Ok(find().await?.is_some_and(|feed| feed.failures == 0))
}
