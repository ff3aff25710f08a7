//! What the next mailings of a list would bring if nothing else happened: by the rules that plan them, and without
//! planning anything.

use std::collections::HashMap;

use domain::{Cadence, ListId, Millis, pace::Decision, post::State};
use jiff::Zoned;
use store::{
    Tx,
    lists::{self, List},
    paces::{self, Pace},
    posts::{self, Post},
    subscriptions,
};

use super::plan::draft;
use crate::{
    Service,
    brand::zone,
    lists::{ListError, missing},
};

/// How many dates are shown.
const DATES: usize = 5;
/// How many posts that may still be corrected are looked at.
const MOST_SETTLING: u32 = 500;

/// The next mailing of one cadence of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// How often it is mailed.
    pub cadence: Cadence,
    /// Whether it is the list's own cadence, and not one that readers chose.
    pub is_own: bool,
    /// How many readers are mailed at it and have not paused the list.
    pub readers: i64,
    /// The next five moments at which it is due; none for what is mailed right away.
    pub dates: Vec<Zoned>,
    /// When its next mailing would be made; none while nothing waits for one that is mailed right away.
    pub at: Option<Zoned>,
    /// What that mailing can bring: the posts that became ready since the last and those that found no room in it, and
    /// those that settle until then, the oldest first.
    pub posts: Vec<Post>,
    /// What becomes of it.
    pub coming: Coming,
    /// Whether it would wait for a person first.
    pub waits_for_approval: bool,
}

/// What becomes of the next mailing of a cadence, as things stand now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coming {
    /// It is made.
    Sent,
    /// Nothing is made, because there are too few posts; they wait for the one after.
    Gathered,
    /// Nothing is made, because nothing is new.
    Nothing,
    /// Nothing is made, because the list lacks something or is archived.
    Impossible,
}

/// The next mailing of each cadence of a list, its own first.
///
/// # Errors
/// When there is no such list.
pub async fn next(service: &Service, list: ListId) -> Result<Vec<Next>, ListError> {
    service
        .db
        .read(|mut tx| async move {
            let list = lists::find(&mut tx, list).await?.ok_or(ListError::Unknown)?;
            let own = list.settings.cadence;
            let mut readers = HashMap::<Cadence, i64>::new();
            for (chosen, count) in subscriptions::count_by_cadence(&mut tx, list.id).await? {
                *readers.entry(chosen.unwrap_or(own)).or_default() += count;
            }
            let mut paces = paces::of_list(&mut tx, list.id).await?;
            paces.sort_by_key(|pace| pace.cadence != own);
            let mut next = Vec::with_capacity(paces.len());
            for pace in paces {
                let mut each = next_of(&mut tx, &list, &pace).await?;
                each.readers = readers.get(&pace.cadence).copied().unwrap_or_default();
                next.push(each);
            }
            Ok(next)
        })
        .await
}

/// The next mailing of one cadence, without its readers.
pub(super) async fn next_of(tx: &mut Tx, list: &List, pace: &Pace) -> Result<Next, store::Error> {
    let now = tx.now();
    let can_be_mailed = missing(&list.settings).is_empty() && list.archived_at.is_none();
    let (at, posts) = what_comes(tx, list, pace).await?;
    let moments = posts.iter().filter_map(|post| post.ready_at.or(post.settles_at));
    let measure = list.settings.rules.measure(&pace.cadence);
    let coming = match pace.progress().decide(moments, measure, at.unwrap_or(now)) {
        _ if !can_be_mailed => Coming::Impossible,
        Decision::Mail => Coming::Sent,
        Decision::Gather => Coming::Gathered,
        Decision::Nothing => Coming::Nothing,
    };
    let zone = zone(list);
    let local = |at: Millis| at.timestamp().to_zoned(zone.clone());
    let dates = if can_be_mailed {
        let slots = pace.cadence.upcoming(now, &zone).take(DATES);
        slots.map(|slot| local(slot.at)).collect()
    } else {
        Vec::new()
    };
    Ok(Next {
        cadence: pace.cadence,
        is_own: pace.cadence == list.settings.cadence,
        readers: 0,
        dates,
        at: at.filter(|_| can_be_mailed).map(local),
        posts,
        waits_for_approval: coming == Coming::Sent && draft(tx, list).await?.is_some(),
        coming,
    })
}

/// When the next mailing is made, and which posts it can bring.
async fn what_comes(tx: &mut Tx, list: &List, pace: &Pace) -> Result<(Option<Millis>, Vec<Post>), store::Error> {
    let (now, progress) = (tx.now(), pace.progress());
    let settling = posts::page(tx, list.id, Some(State::Settling), None, MOST_SETTLING).await?;
    let first = settling.iter().filter_map(|post| post.settles_at).min();
    let after_the_rest = progress.rest_since.map_or(Millis::MAX, |at| at.offset(-1));
    let since = progress.mailed_until.min(after_the_rest);
    let (at, until) = if pace.cadence == Cadence::Instant {
        let earliest = pace.next_at.map_or(now, |at| at.max(now));
        let waits = !posts::ready_between(tx, list.id, progress.mailed_until, earliest)
            .await?
            .is_empty();
        let at = if waits || progress.rest_since.is_some() {
            Some(earliest)
        } else {
            first.map(|settles_at| settles_at.max(earliest))
        };
        (at, at.unwrap_or(earliest))
    } else {
        (pace.next_at, pace.next_at.unwrap_or(now))
    };
    let mut posts = posts::pool(tx, list.id, since, until).await?;
    let mut settling: Vec<Post> = (settling.into_iter())
        .filter(|post| post.settles_at.is_some_and(|settles_at| settles_at <= until))
        .collect();
    settling.sort_by_key(|post| (post.settles_at, post.content.published_at, post.id));
    posts.extend(settling);
    Ok((at, posts))
}
