//! What a list owes its readers now.
//!
//! A list that is mailed right away gets a mailing as soon as a post is ready, but at most one an hour. Any other
//! gets a digest at its slot, if anything is new. However many processes plan at once, the transaction and the unique slot
//! make one mailing of it.

use domain::{
    Cadence, Job, ListId, MailingId, Millis, PostId, Slot, Zone,
    mailing::{Kind, Occasion},
    post::{INSTANT_GAP, State},
};
use store::{
    Tx,
    events::Actor,
    jobs::{self, When},
    lists::{self, List},
    mailings::{self, New},
    posts::{self, Post},
};

use crate::{Service, lists::missing};

/// How many lists are looked at in one go.
const AT_ONCE: u32 = 100;

/// What came of planning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planned {
    /// A mailing, which is being frozen.
    Mailing(MailingId),
    /// Nothing is owed now.
    Nothing,
}

/// Queues the planning of every list whose moment has come.
///
/// # Errors
/// The database's.
pub async fn due_lists(service: &Service) -> Result<(), store::Error> {
    let due = service
        .db
        .read(|mut tx| async move { lists::due(&mut tx, AT_ONCE).await })
        .await?;
    for list in due {
        service
            .db
            .claim(|mut tx| async move {
                let once = When::now().once(format!("plan {list}"));
                jobs::enqueue(&mut tx, &Job::PlanMailing { list }, once).await
            })
            .await?;
    }
    Ok(())
}

/// Makes the mailing that a list owes its readers now, if it owes one.
///
/// # Errors
/// The database's.
pub async fn plan(service: &Service, list: ListId) -> Result<Planned, store::Error> {
    let planned = service
        .db
        .write(|mut tx| async move {
            match lists::find(&mut tx, list).await? {
                Some(list) if list.archived_at.is_none() => plan_list(&mut tx, &list).await,
                _ => Ok(None),
            }
        })
        .await?;
    Ok(planned.map_or(Planned::Nothing, Planned::Mailing))
}

async fn plan_list(tx: &mut Tx, list: &List) -> Result<Option<MailingId>, store::Error> {
    let now = tx.now();
    if list.next_slot_at.is_some_and(|at| at > now) {
        return Ok(None);
    }
    match list.settings.cadence {
        Cadence::Instant => plan_instant(tx, list, now).await,
        cadence @ (Cadence::Daily { .. } | Cadence::Weekly { .. } | Cadence::Monthly { .. }) => {
            plan_digest(tx, list, cadence, now).await
        }
    }
}

/// The posts that wait, at most one mailing an hour.
async fn plan_instant(tx: &mut Tx, list: &List, now: Millis) -> Result<Option<MailingId>, store::Error> {
    let ready = posts::ready(tx, list.id).await?;
    if ready.is_empty() || cannot_be_mailed(list) {
        // The next post, or the change of settings that the list needs, has it planned again.
        lists::set_next_slot(tx, list.id, None).await?;
        return Ok(None);
    }
    lists::set_earliest(tx, list.id, now + INSTANT_GAP).await?;
    let due = Due {
        kind: Kind::Announcement,
        slot: now.to_string(),
        at: now,
        reason: format!("in the mailing of {now}"),
    };
    make(tx, list, due, &ready).await
}

/// The newest slot that has come. Those that passed while nobody was there are not made up for.
async fn plan_digest(
    tx: &mut Tx,
    list: &List,
    cadence: Cadence,
    now: Millis,
) -> Result<Option<MailingId>, store::Error> {
    let Some(rules) = list.settings.zone.as_ref().map(Zone::rules) else {
        return Ok(None);
    };
    let mut slot = None;
    let mut next = match (list.next_slot_at, &list.next_slot) {
        (Some(at), Some(date)) => date.parse().ok().map(|date| Slot { date, at }),
        _ => cadence.next_slot(now, rules),
    };
    while let Some(passed) = next.take_if(|next| next.at <= now) {
        next = cadence.next_slot(passed.at, rules);
        slot = Some(passed);
    }
    lists::set_next_slot(tx, list.id, next.as_ref()).await?;
    let ready = posts::ready(tx, list.id).await?;
    match slot {
        Some(slot) if !ready.is_empty() && !cannot_be_mailed(list) => {
            let due = Due {
                kind: Kind::Digest,
                slot: slot.date.to_string(),
                at: slot.at,
                reason: format!("in the round-up of {}", slot.date.strftime("%-d %B %Y")),
            };
            make(tx, list, due, &ready).await
        }
        _ => Ok(None),
    }
}

/// A mailing that is about to be made.
struct Due {
    kind: Kind,
    slot: String,
    at: Millis,
    /// What its posts say of themselves.
    reason: String,
}

async fn make(tx: &mut Tx, list: &List, due: Due, ready: &[Post]) -> Result<Option<MailingId>, store::Error> {
    let new = New {
        list: list.id,
        kind: due.kind,
        occasion: Occasion::from(list.settings.cadence),
        slot: due.slot,
        requested_by: Actor::System.to_string(),
        send_at: due.at,
    };
    let ids: Vec<PostId> = ready.iter().map(|post| post.id).collect();
    insert(tx, &new, &ids, &due.reason).await
}

/// Makes a mailing of some posts, which are mailed from now on, and queues its freezing; none when the slot is taken.
pub(super) async fn insert(
    tx: &mut Tx,
    new: &New,
    ids: &[PostId],
    reason: &str,
) -> Result<Option<MailingId>, store::Error> {
    let Some(mailing) = mailings::insert(tx, new, ids).await? else {
        return Ok(None);
    };
    for post in ids {
        posts::set_state(tx, *post, State::ALL, (State::Mailed, reason)).await?;
    }
    let once = When::now().once(format!("freeze {mailing}"));
    jobs::enqueue(tx, &Job::FreezeMailing { mailing }, once).await?;
    Ok(Some(mailing))
}

/// Whether the list lacks something without which nothing of it is mailed; says so in the log.
fn cannot_be_mailed(list: &List) -> bool {
    let missing = missing(&list.settings);
    if !missing.is_empty() {
        let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
        tracing::warn!(list.key = %list.key, missing = missing.join(", "), "posts wait: the list cannot be mailed yet");
    }
    !missing.is_empty()
}
