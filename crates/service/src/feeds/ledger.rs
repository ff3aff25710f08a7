//! From the items of a feed to posts in the ledger.

use domain::{
    Cadence, FeedId, Job, ListId,
    post::{State, state_of_new},
};
use feed::Item;
use store::{
    Tx,
    feeds::{self, Look},
    jobs::{self, When},
    lists,
    posts::{self, Content, Post},
};

use crate::Service;

/// Writes down a look that worked: posts that are new, those that were corrected before they were mailed, and the feed's
/// own row. What becomes ready on a list that is mailed right away has its mailing planned in the same transaction.
pub(super) async fn write(service: &Service, id: FeedId, items: &[Item], look: &Look) -> Result<(), store::Error> {
    // Feeds show the newest first.
    let contents: Vec<Content> = items.iter().rev().map(content).collect();
    let contents = &contents;
    service
        .db
        .write(|mut tx| async move {
            let Some(feed) = feeds::find(&mut tx, id).await? else {
                return Ok(());
            };
            if feed.removed_at.is_some() {
                return Ok(());
            }
            let mut new = Vec::new();
            for content in contents {
                if posts::find_by_identity(&mut tx, id, &content.identity).await?.is_some() {
                    posts::update_unmailed(&mut tx, id, content).await?;
                } else if let Some(twin) = twin(&mut tx, feed.list, content).await? {
                    let verdict = verdict_on_twin(&feed, &twin);
                    posts::insert(&mut tx, (id, feed.list), content, verdict).await?;
                } else {
                    new.push(content);
                }
            }
            let first_look = feed.baseline_at.is_none();
            let state = state_of_new(new.len(), first_look);
            let reason = reason_of_new(state, new.len());
            for content in &new {
                posts::insert(&mut tx, (id, feed.list), content, (state, &reason)).await?;
            }
            if state == State::Ready && !new.is_empty() {
                plan(&mut tx, feed.list).await?;
            }
            let look = keep_address(&mut tx, feed.list, look).await?;
            feeds::record_look(&mut tx, id, &look).await
        })
        .await
}

/// Has the mailing of a list planned that is mailed right away; others wait for their slot.
pub(super) async fn plan(tx: &mut Tx, list: ListId) -> Result<(), store::Error> {
    let found = lists::find(tx, list).await?;
    if found.is_some_and(|list| list.settings.cadence == Cadence::Instant) {
        jobs::enqueue(tx, &Job::PlanMailing { list }, When::now()).await?;
    }
    Ok(())
}

/// A post of the list that this is in another guise: the same page, or the same title and date.
async fn twin(tx: &mut Tx, list: ListId, content: &Content) -> Result<Option<Post>, store::Error> {
    if let Some(link) = &content.canonical_link
        && let Some(post) = posts::find_by_link(tx, list, link).await?
    {
        return Ok(Some(post));
    }
    posts::find_by_fingerprint(tx, list, &content.fingerprint).await
}

/// A feed that shows a post again under another identity was rewritten, which a person should see; two feeds of one list
/// may well show the same post.
fn verdict_on_twin(feed: &feeds::Feed, twin: &Post) -> (State, &'static str) {
    if feed.baseline_at.is_none() {
        (State::Baseline, "was there when the feed was connected")
    } else if twin.feed == feed.id {
        (
            State::Held,
            "held: looks like a post that is here already; was the feed rewritten?",
        )
    } else {
        (State::Skipped, "another feed of this list brought it already")
    }
}

fn reason_of_new(state: State, how_many: usize) -> String {
    match state {
        State::Baseline => "was there when the feed was connected".to_owned(),
        State::Held => format!("held: {how_many} new items at once look like a rewritten feed"),
        _ => "waits for the next mailing".to_owned(),
    }
}

/// A feed that moved to an address which its list has already stays where it is.
async fn keep_address(tx: &mut Tx, list: ListId, look: &Look) -> Result<Look, store::Error> {
    let mut look = look.clone();
    if let Some(document) = &mut look.document
        && let Some(url) = &document.moved_to
        && feeds::is_connected(tx, list, url).await?
    {
        document.moved_to = None;
    }
    Ok(look)
}

fn content(item: &Item) -> Content {
    Content {
        identity: item.identity.to_string(),
        link: item.link.as_ref().map(ToString::to_string),
        canonical_link: item.canonical_link.clone(),
        fingerprint: item.fingerprint.clone(),
        title: item.title.clone(),
        author: item.author.clone(),
        published_at: item.published,
        excerpt: item.excerpt.clone(),
        html: Some(item.html.clone()).filter(|html| !html.is_empty() && !item.is_summary),
        image_url: item.image_url.as_ref().map(ToString::to_string),
    }
}
