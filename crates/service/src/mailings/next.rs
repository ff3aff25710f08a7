//! What the next mailings of a list would bring if nothing else happened: by the rules that plan them, and without
//! planning anything.

use std::collections::{BTreeSet, HashMap};

use domain::{Cadence, ListId, Millis, pace::Decision, post::State};
use jiff::Zoned;
use store::{
    Tx,
    lists::{self, List},
    paces::{self, Pace},
    posts::{self, PoolPost, Post},
    subscriptions,
};

use super::{
    choose::{Choice, Whom},
    plan::draft,
    survey::survey,
};
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
    /// What that mailing would bring to anybody, the oldest first: of the posts that are ready or settle until then, what
    /// any of the first 5,000 readers would get. None when nothing is made because nothing is new.
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
    /// Nothing is made, because no reader at this cadence is owed anything of what is new, or there is none.
    Nobody,
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
            let mut readers = HashMap::<Cadence, i64>::new();
            for (chosen, count) in subscriptions::count_by_cadence(&mut tx, list.id).await? {
                *readers.entry(list.settings.cadence_of(chosen)).or_default() += count;
            }
            let mut paces = paces::of_list(&mut tx, list.id).await?;
            paces.sort_by_key(|pace| pace.cadence != list.settings.cadence);
            let mut next = Vec::with_capacity(paces.len());
            for pace in paces {
                let mut each = look_ahead(&mut tx, &list, &pace).await?.next;
                each.readers = readers.get(&pace.cadence).copied().unwrap_or_default();
                next.push(each);
            }
            Ok(next)
        })
        .await
}

/// The next mailing of one cadence, and what its mail would bring.
pub(super) struct Ahead {
    /// The mailing, without the number of its readers.
    pub(super) next: Next,
    /// What most readers of the mailing would get; what one would get who has had nothing of it, where it has no readers.
    pub(super) mail: Vec<Post>,
}

pub(super) async fn look_ahead(tx: &mut Tx, list: &List, pace: &Pace) -> Result<Ahead, store::Error> {
    let (now, progress) = (tx.now(), pace.progress());
    let can_be_mailed = missing(&list.settings).is_empty() && list.archived_at.is_none();
    let settling = posts::page(tx, list.id, Some(State::Settling), None, MOST_SETTLING).await?;
    let at = due(tx, list, pace, &settling).await?;
    let made_at = at.unwrap_or(now).max(now);
    let choice = Choice::new(
        list,
        Whom::at(pace.cadence),
        pool(tx, list, pace, (&settling, made_at)).await?,
    );
    let moments = choice.pool.iter().map(|post| post.ready_at);
    let decision = progress.decide(moments, list.settings.rules.measure(&pace.cadence), made_at);
    let survey = survey(tx, &choice, made_at).await?;
    let coming = match decision {
        _ if !can_be_mailed => Coming::Impossible,
        Decision::Nothing => Coming::Nothing,
        _ if survey.is_for_nobody() => Coming::Nobody,
        Decision::Mail => Coming::Sent,
        Decision::Gather => Coming::Gathered,
    };
    let (mut brings, mut mail) = (survey.owed, survey.commonest);
    if decision == Decision::Nothing {
        (brings, mail) = (BTreeSet::new(), Vec::new());
    } else if survey.has_no_readers {
        let is_new = |place: &usize| choice.pool[*place].ready_at > progress.settled_until();
        let new = (0..choice.pool.len()).filter(is_new);
        mail = new.take(choice.most()).collect();
    }
    let zone = zone(list);
    let local = |at: Millis| at.timestamp().to_zoned(zone.clone());
    let dates = if can_be_mailed {
        let slots = pace.cadence.upcoming(now, &zone).take(DATES);
        slots.map(|slot| local(slot.at)).collect()
    } else {
        Vec::new()
    };
    let next = Next {
        cadence: pace.cadence,
        is_own: pace.cadence == list.settings.cadence,
        readers: 0,
        dates,
        at: at.filter(|_| can_be_mailed).map(local),
        posts: choice.posts(tx, brings).await?,
        waits_for_approval: coming == Coming::Sent && draft(tx, list).await?.is_some(),
        coming,
    };
    let mail = choice.posts(tx, mail).await?;
    Ok(Ahead { next, mail })
}

/// When the next mailing would be made; none while nothing waits for one that is mailed right away.
async fn due(tx: &mut Tx, list: &List, pace: &Pace, settling: &[Post]) -> Result<Option<Millis>, store::Error> {
    if pace.cadence != Cadence::Instant {
        return Ok(pace.next_at);
    }
    let (now, progress) = (tx.now(), pace.progress());
    let earliest = pace.next_at.map_or(now, |at| at.max(now));
    let waits = !posts::ready_between(tx, list.id, progress.mailed_until, earliest)
        .await?
        .is_empty();
    Ok(if waits || progress.rest_since.is_some() {
        Some(earliest)
    } else {
        let first = settling.iter().filter_map(|post| post.settles_at).min();
        first.map(|settles_at| settles_at.max(earliest))
    })
}

/// What a mailing that is made at a moment chooses from: what is ready, and what settles until then.
async fn pool(
    tx: &mut Tx,
    list: &List,
    pace: &Pace,
    (settling, until): (&[Post], Millis),
) -> Result<Vec<PoolPost>, store::Error> {
    let mut pool = posts::pool(tx, list.id, pace.progress().looks_back_to(), until).await?;
    let mut settling: Vec<(Millis, &Post)> = (settling.iter())
        .filter_map(|post| Some((post.settles_at?, post)))
        .filter(|(settles_at, _)| *settles_at <= until)
        .collect();
    settling.sort_by_key(|(settles_at, post)| (*settles_at, post.content.published_at, post.id));
    pool.extend((settling.into_iter()).map(|(settles_at, post)| PoolPost::once_ready(post, settles_at)));
    Ok(pool)
}
