//! From the items of a feed to posts in the ledger.

use std::collections::HashSet;

use domain::{
    Cadence, FeedId, Job, ListId, Millis, PostId,
    post::{Fate, MOST_NEW_AT_ONCE, New, State, was_taken_back},
};
use feed::Item;
use store::{
    Tx,
    feeds::{self, Feed, Look},
    jobs::{self, When},
    lists::{self, List},
    paces,
    posts::{self, Content, Post},
};

use super::content::{is_incomplete, of_item};
use crate::{Service, reports};

/// Writes down a look that worked: posts that are new, those that were corrected, those that were taken back before they
/// were mailed, and the feed's own row.
pub(super) async fn write(service: &Service, id: FeedId, items: &[Item], look: &Look) -> Result<(), store::Error> {
    // Feeds show the newest first.
    let contents: Vec<Content> = items.iter().rev().map(of_item).collect();
    let contents = &contents;
    service
        .db
        .write(|mut tx| async move {
            let Some(feed) = feeds::find(&mut tx, id).await?.filter(|feed| feed.removed_at.is_none()) else {
                return Ok(());
            };
            let Some(list) = lists::find(&mut tx, feed.list).await? else {
                return Ok(());
            };
            let mut sorted = sort(&mut tx, &feed, contents).await?;
            take_back(&mut tx, &feed, &sorted.shown).await?;
            let question = insert(&mut tx, &feed, &list, &mut sorted).await?;
            if let Some(question) = &question {
                feeds::set_question(&mut tx, id, Some(question)).await?;
                reports::posts_held(&mut tx, &list, &feed, question).await?;
            }
            let look = keep_address(&mut tx, feed.list, look).await?;
            feeds::record_look(&mut tx, id, &look).await
        })
        .await
}

/// The items of a look by what the ledger knows of them.
#[derive(Default)]
struct Sorted<'a> {
    /// Posts that the feed showed before.
    shown: Vec<Post>,
    /// Posts that the ledger does not know.
    new: Vec<&'a Content>,
    /// Posts that the list has under another identity.
    twins: Vec<(&'a Content, Post)>,
}

/// Finds out which items are new, and takes over corrections of those that are not.
async fn sort<'a>(tx: &mut Tx, feed: &Feed, contents: &'a [Content]) -> Result<Sorted<'a>, store::Error> {
    let mut sorted = Sorted::default();
    for content in contents {
        if let Some(post) = posts::find_by_identity(tx, feed.id, &content.identity).await? {
            if post.content.revision != content.revision {
                posts::correct(tx, post.id, content).await?;
                if post.state != State::Baseline {
                    read_page(tx, post.id, content).await?;
                }
            }
            sorted.shown.push(post);
        } else if let Some(twin) = twin(tx, feed.list, content).await? {
            sorted.twins.push((content, twin));
        } else if !sorted.new.iter().any(|other| is_same_page(other, content)) {
            sorted.new.push(content);
        }
    }
    Ok(sorted)
}

/// Whether two items of one look lead to the same page: some programs show a post once for each of its categories.
fn is_same_page(one: &Content, other: &Content) -> bool {
    one.canonical_link.is_some() && one.canonical_link == other.canonical_link
}

/// Posts that wait for a mailing and that the feed shows no more, though it shows older ones, were taken back; one that is
/// shown again is back. What is held stays held: whether it comes and goes, staff decide about it.
async fn take_back(tx: &mut Tx, feed: &Feed, shown: &[Post]) -> Result<(), store::Error> {
    let there: HashSet<PostId> = shown.iter().map(|post| post.id).collect();
    let gone = Fate::new(State::Gone, "taken back: the feed no longer shows it");
    let waiting = posts::waiting_of(tx, feed.id).await?;
    for post in waiting.iter().filter(|post| post.state != State::Held) {
        let others = shown.iter().map(|other| other.seen_at);
        if !there.contains(&post.id) && was_taken_back(post.seen_at, others) {
            posts::move_to(tx, post.id, State::ALL, &gone).await?;
        }
    }
    for post in shown.iter().filter(|post| post.state == State::Gone) {
        let back = Fate::settling(tx.now(), "is back in the feed");
        posts::move_to(tx, post.id, &[State::Gone], &back).await?;
    }
    Ok(())
}

/// Writes down what is new. Gives the question that staff are asked about what is held of it, if anything is.
async fn insert(
    tx: &mut Tx,
    feed: &Feed,
    list: &List,
    sorted: &mut Sorted<'_>,
) -> Result<Option<String>, store::Error> {
    let (mut fates, flood) = fates_of_new(feed, list, tx.now(), &sorted.new);
    fates.extend(
        sorted
            .twins
            .drain(..)
            .map(|(content, twin)| (content, verdict_on_twin(feed, &twin))),
    );
    let rewritten = fates.iter().filter(|(_, fate)| fate.reason == REWRITTEN).count();
    for (content, fate) in &fates {
        let inserted = posts::insert(tx, (Some(feed.id), feed.list), content, fate).await?;
        if let Some(post) = inserted.filter(|_| matches!(fate.state, State::Settling | State::Held)) {
            read_page(tx, post, content).await?;
        }
    }
    Ok(question(rewritten, flood))
}

/// What becomes of posts that a feed shows for the first time, all of them in one look; and how many of them are held
/// because they are so many.
pub(super) fn fates_of_new<'a>(
    feed: &Feed,
    list: &List,
    now: Millis,
    contents: &[&'a Content],
) -> (Vec<(&'a Content, Fate)>, usize) {
    let fate = |content: &Content| {
        let new = New {
            published_at: content.published_at,
            categories: &content.topics(),
            connected_at: feed.baseline_at,
            included: &feed.included,
            excluded: &feed.excluded,
            settling: list.settings.rules.settling(),
        };
        new.fate(now)
    };
    let mut fates: Vec<(&Content, Fate)> = contents.iter().map(|content| (*content, fate(content))).collect();
    let would_be_mailed = |fate: &Fate| fate.state == State::Settling;
    let fresh = fates.iter().filter(|(_, fate)| would_be_mailed(fate)).count();
    if fresh <= MOST_NEW_AT_ONCE {
        return (fates, 0);
    }
    for (_, fate) in fates.iter_mut().filter(|(_, fate)| would_be_mailed(fate)) {
        *fate = Fate::flood(fresh);
    }
    (fates, fresh)
}

/// What staff are asked about posts that are held.
fn question(rewritten: usize, flood: usize) -> Option<String> {
    let same = "Mail them only if they are not the same.";
    match (rewritten, flood) {
        (0, 0) => None,
        (0, flood) => Some(format!(
            "{flood} new posts came at once. Are they new to your readers, or was the blog moved or its feed rewritten?"
        )),
        (1, 0) => Some(format!(
            "A post that is here already came again under another id or address. {same}"
        )),
        (rewritten, _) => Some(format!(
            "{rewritten} posts that are here already came again under other ids or addresses: was the blog moved? {same}"
        )),
    }
}

/// Has what a feed leaves out looked for on the post's page.
async fn read_page(tx: &mut Tx, post: PostId, content: &Content) -> Result<(), store::Error> {
    if is_incomplete(content) {
        let once = When::now().once(format!("read page {post}"));
        jobs::enqueue(tx, &Job::ReadPage { post }, once).await?;
    }
    Ok(())
}

/// Has the mailing of a list planned for the readers who are mailed right away; others wait for their slot.
pub(super) async fn plan(tx: &mut Tx, list: ListId) -> Result<(), store::Error> {
    let paces = paces::of_list(tx, list).await?;
    if paces.iter().any(|pace| pace.cadence == Cadence::Instant) {
        jobs::enqueue(tx, &Job::PlanMailing { list }, When::now()).await?;
    }
    Ok(())
}

/// A post of the list that this is in another guise: the same page, or the same title and date.
pub(super) async fn twin(tx: &mut Tx, list: ListId, content: &Content) -> Result<Option<Post>, store::Error> {
    if let Some(link) = &content.canonical_link
        && let Some(post) = posts::find_by_link(tx, list, link).await?
    {
        return Ok(Some(post));
    }
    posts::find_by_fingerprint(tx, list, &content.fingerprint).await
}

const REWRITTEN: &str = "looks like a post that is here already: was the feed rewritten?";

/// A feed that shows a post again under another identity was rewritten, which a person should see; two feeds of one list
/// may well show the same post, and one that staff named by its address may come in the feed later.
pub(super) fn verdict_on_twin(feed: &Feed, twin: &Post) -> Fate {
    if feed.baseline_at.is_none() {
        Fate::new(State::Baseline, "was there when the feed was connected")
    } else if twin.feed == Some(feed.id) {
        Fate::new(State::Held, REWRITTEN)
    } else if twin.feed.is_none() {
        Fate::new(State::Skipped, "was announced by its address already")
    } else {
        Fate::new(State::Skipped, "another feed of this list brought it already")
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
