//! From the items of a feed to posts in the ledger.

use domain::{
    Cadence, FeedId, Job, ListId, Millis, PostId,
    post::{Ledger, Marks, New, Sight, Source, State, Twin, Verdict, after_look, judge, question},
};
use feed::Item;
use store::{
    Tx,
    feeds::{self, Feed, Look},
    jobs::{self, When},
    lists::{self, List},
    paces,
    posts::{self, Content, Known},
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
            let known = known(&mut tx, &feed, contents).await?;
            let sights = sort(&feed, contents, &known);
            let shown: Vec<&Known> = sights.iter().filter_map(shown).collect();
            correct(&mut tx, contents, &sights).await?;
            take_back(&mut tx, &feed, &shown).await?;
            let new = verdicts(&feed, &list, tx.now(), contents, &sights);
            insert(&mut tx, &feed, &new).await?;
            let verdicts: Vec<Verdict> = new.into_iter().map(|new| new.verdict).collect();
            if let Some(question) = question(&verdicts) {
                feeds::set_question(&mut tx, id, Some(&question)).await?;
                reports::posts_held(&mut tx, &list, &feed, &question).await?;
            }
            let look = keep_address(&mut tx, feed.list, look).await?;
            feeds::record_look(&mut tx, id, &look).await
        })
        .await
}

/// The posts that a look may know its items as: those that the feed showed before, and those that the list has under
/// other identities.
pub(super) async fn known(tx: &mut Tx, feed: &Feed, contents: &[Content]) -> Result<Vec<Known>, store::Error> {
    let identities: Vec<&str> = contents.iter().map(|content| &*content.identity).collect();
    let mut known = posts::by_identities(tx, feed.id, &identities).await?;
    let is_shown = |content: &&Content| known.iter().any(|post| post.identity == content.identity);
    let others: Vec<&Content> = contents.iter().filter(|content| !is_shown(content)).collect();
    let links: Vec<&str> = others
        .iter()
        .filter_map(|content| content.canonical_link.as_deref())
        .collect();
    let fingerprints: Vec<&str> = others.iter().map(|content| &*content.fingerprint).collect();
    for post in posts::newest_by_links(tx, feed.list, &links).await? {
        add(&mut known, post);
    }
    for post in posts::newest_by_fingerprints(tx, feed.list, &fingerprints).await? {
        add(&mut known, post);
    }
    Ok(known)
}

fn add(known: &mut Vec<Known>, post: Known) {
    if known.iter().all(|other| other.id != post.id) {
        known.push(post);
    }
}

/// What the ledger knows of each item of a look.
pub(super) fn sort<'a>(feed: &Feed, contents: &[Content], known: &'a [Known]) -> Vec<Sight<&'a Known>> {
    let mut ledger = Ledger::default();
    // By page and title it is the newest that counts.
    let mut by_age: Vec<&Known> = known.iter().collect();
    by_age.sort_by_key(|post| post.id);
    for post in by_age {
        if post.feed == Some(feed.id) {
            ledger.add_shown(&post.identity, post);
        }
        if let Some(link) = &post.canonical_link {
            ledger.add_page(link, post);
        }
        ledger.add_fingerprint(&post.fingerprint, post);
    }
    let marks: Vec<Marks<'_>> = contents
        .iter()
        .map(|content| Marks {
            identity: &content.identity,
            canonical_link: content.canonical_link.as_deref(),
            fingerprint: &content.fingerprint,
        })
        .collect();
    ledger.sort(&marks)
}

fn shown<'a>(sight: &Sight<&'a Known>) -> Option<&'a Known> {
    match sight {
        Sight::Shown(post) => Some(post),
        Sight::Repeated | Sight::Twin(_) | Sight::New => None,
    }
}

/// Takes over what the feed corrected.
async fn correct(tx: &mut Tx, contents: &[Content], sights: &[Sight<&Known>]) -> Result<(), store::Error> {
    for (content, sight) in contents.iter().zip(sights) {
        let Some(post) = shown(sight).filter(|post| post.revision != content.revision) else {
            continue;
        };
        posts::correct(tx, post.id, content).await?;
        let is_read = post.page_read_at.is_some() && post.link == content.link;
        if post.state != State::Baseline && !is_read {
            read_page(tx, post.id, content).await?;
        }
    }
    Ok(())
}

/// Moves the posts that the feed shows no more, or again.
async fn take_back(tx: &mut Tx, feed: &Feed, shown: &[&Known]) -> Result<(), store::Error> {
    let waiting = posts::waiting_of(tx, feed.id).await?;
    let is_shown = |post: &Known| shown.iter().any(|other| other.id == post.id);
    let missing = waiting.iter().filter(|post| !is_shown(post)).map(|post| (post, false));
    for (post, is_shown) in missing.chain(shown.iter().map(|post| (*post, true))) {
        let others = shown.iter().map(|other| other.seen_at);
        if let Some(fate) = after_look((post.state, post.seen_at), is_shown, others, tx.now()) {
            posts::move_to(tx, post.id, &[post.state], &fate).await?;
        }
    }
    Ok(())
}

/// An item that the feed did not show before, and what becomes of it.
pub(super) struct Judged<'a> {
    pub(super) content: &'a Content,
    pub(super) verdict: Verdict,
    /// The post of the list that it is in another guise.
    twin: Option<&'a Known>,
}

/// What becomes of the items of a look that the feed did not show before, in its order.
pub(super) fn verdicts<'a>(
    feed: &Feed,
    list: &List,
    now: Millis,
    contents: &'a [Content],
    sights: &[Sight<&'a Known>],
) -> Vec<Judged<'a>> {
    let unseen: Vec<(&Content, Option<&Known>)> = (contents.iter().zip(sights))
        .filter_map(|(content, sight)| match sight {
            Sight::New => Some((content, None)),
            Sight::Twin(twin) => Some((content, Some(*twin))),
            Sight::Shown(_) | Sight::Repeated => None,
        })
        .collect();
    let topics: Vec<_> = unseen.iter().map(|(content, _)| content.topics()).collect();
    let items = unseen.iter().zip(&topics).map(|((content, twin), categories)| {
        let new = New {
            published_at: content.published_at,
            categories,
            connected_at: feed.baseline_at,
            included: &feed.included,
            excluded: &feed.excluded,
            settling: list.settings.rules.settling(),
        };
        (new, twin.map(|twin| as_twin(feed, twin)))
    });
    let verdicts = judge(items, now);
    (unseen.into_iter().zip(verdicts))
        .map(|((content, twin), verdict)| Judged { content, verdict, twin })
        .collect()
}

fn as_twin(feed: &Feed, twin: &Known) -> Twin {
    let source = match twin.feed {
        None => Source::Named,
        Some(id) if id == feed.id => Source::SameFeed,
        Some(_) => Source::OtherFeed,
    };
    Twin {
        source,
        state: twin.state,
    }
}

/// Writes down what is new.
async fn insert(tx: &mut Tx, feed: &Feed, new: &[Judged<'_>]) -> Result<(), store::Error> {
    for Judged { content, verdict, twin } in new {
        let fate = verdict.fate();
        let inserted = match (verdict, twin) {
            (Verdict::Copy(_), Some(original)) => {
                posts::insert_copy(tx, (feed.id, feed.list), content, fate, original.id).await?
            }
            _ => posts::insert(tx, (Some(feed.id), feed.list), content, fate).await?,
        };
        let named = twin.filter(|twin| twin.feed.is_none() && !matches!(verdict, Verdict::Copy(_)));
        if let (Some(post), Some(named)) = (inserted, named) {
            let reason = "named by its address by staff, before a feed of this list brought it";
            posts::make_copy(tx, named.id, post, reason).await?;
        }
        if let Some(post) = inserted.filter(|_| matches!(fate.state, State::Settling | State::Held)) {
            read_page(tx, post, content).await?;
        }
    }
    Ok(())
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

/// A feed that moved to an address which its list has already stays where it is.
async fn keep_address(tx: &mut Tx, list: ListId, look: &Look) -> Result<Look, store::Error> {
    let mut look = look.clone();
    if let Some(document) = &mut look.document
        && let Some(url) = &document.moved_to
        && feeds::find_on(tx, list, url).await?.is_some()
    {
        document.moved_to = None;
    }
    Ok(look)
}
