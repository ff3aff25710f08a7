//! What a list owes its readers now.
//!
//! A list has a pace for each cadence of its readers. Those who are mailed right away get a mailing as soon as a post is
//! ready, but at most one an hour; the others get a digest at their slot. There is none where nothing is new, or nobody is
//! owed it. However many processes plan at once, the transaction and the unique slot make one mailing of it.

use std::time::Duration;

use domain::{
    Cadence, Job, ListId, MailingId, Millis, PostId, Slot, Zone,
    mailing::{Kind, Occasion},
    pace::Decision,
    post::INSTANT_GAP,
    rules::{Approval, Deadline},
};
use store::{
    Tx,
    events::Actor,
    installation,
    jobs::{self, When},
    lists::{self, List},
    mailings::{self, Draft, New},
    paces::{self, Pace},
    posts::{self, PoolPost},
};

use super::{
    choose::{Choice, Whom},
    passed_over,
    survey::survey,
};
use crate::{Service, backup::RESTORED_AT, lists::missing, reports};

/// How many lists are looked at in one go.
const AT_ONCE: u32 = 100;
/// How soon a list is planned again whose planning failed for good.
const AGAIN: Duration = Duration::from_secs(60 * 60);

/// Queues the planning of every list whose moment has come.
///
/// # Errors
/// The database's.
pub async fn due_lists(service: &Service) -> Result<(), store::Error> {
    let due = service
        .db
        .read(|mut tx| async move { paces::due_lists(&mut tx, AT_ONCE).await })
        .await?;
    for list in due {
        service
            .db
            .claim(|mut tx| async move {
                let key = format!("plan {list}");
                let since = tx.now() - AGAIN;
                if jobs::died_since(&mut tx, &key, since).await? {
                    return Ok(None);
                }
                jobs::enqueue(&mut tx, &Job::PlanMailing { list }, When::now().once(key)).await
            })
            .await?;
    }
    Ok(())
}

/// Makes the mailings that a list owes its readers now; nothing, when it owes none.
///
/// # Errors
/// The database's.
pub async fn plan(service: &Service, list: ListId) -> Result<Vec<MailingId>, store::Error> {
    service
        .db
        .write(|mut tx| async move {
            let Some(list) = lists::find(&mut tx, list)
                .await?
                .filter(|list| list.archived_at.is_none())
            else {
                return Ok(Vec::new());
            };
            let mut made = Vec::new();
            for pace in paces::of_list(&mut tx, list.id).await? {
                made.extend(plan_pace(&mut tx, &list, &pace).await?);
            }
            Ok(made)
        })
        .await
}

async fn plan_pace(tx: &mut Tx, list: &List, pace: &Pace) -> Result<Option<MailingId>, store::Error> {
    let now = tx.now();
    match (pace.cadence, pace.next_at) {
        (_, Some(at)) if at > now => Ok(None),
        (Cadence::Instant, _) => plan_instant(tx, list, pace, now).await,
        (_, Some(at)) => plan_digest(tx, list, pace, (at, now)).await,
        (_, None) => Ok(None),
    }
}

/// The posts that wait, at most one mailing an hour.
async fn plan_instant(tx: &mut Tx, list: &List, pace: &Pace, now: Millis) -> Result<Option<MailingId>, store::Error> {
    if cannot_be_mailed(list) || decide(tx, list, pace, now).await? != Decision::Mail {
        // The next post, or the change of settings that the list needs, has it planned again.
        paces::set_earliest(tx, list.id, None).await?;
        return Ok(None);
    }
    let made = make(tx, list, pace, (Kind::Announcement, now.to_string(), now)).await?;
    let earliest = (made != Made::ForNobody).then(|| now + INSTANT_GAP);
    paces::set_earliest(tx, list.id, earliest).await?;
    Ok(made.mailing())
}

/// The newest slot that has come. Those that passed while nobody was there are not made up for.
async fn plan_digest(
    tx: &mut Tx,
    list: &List,
    pace: &Pace,
    (due, now): (Millis, Millis),
) -> Result<Option<MailingId>, store::Error> {
    let rules = list.settings.zone.as_ref().map(Zone::rules);
    let slot = rules.and_then(|rules| pace.cadence.latest_slot(due.offset(-1), now, rules));
    let next = rules.and_then(|rules| pace.cadence.next_slot(slot.as_ref().map_or(now, |slot| slot.at), rules));
    paces::set_next_slot(tx, list.id, &pace.cadence, next.as_ref()).await?;
    let Some(Slot { date, at }) = slot.filter(|_| !cannot_be_mailed(list)) else {
        return Ok(None);
    };
    match decide(tx, list, pace, at).await? {
        Decision::Mail => Ok(make(tx, list, pace, (Kind::Digest, date.to_string(), at))
            .await?
            .mailing()),
        Decision::Gather | Decision::Nothing => Ok(None),
    }
}

async fn decide(tx: &mut Tx, list: &List, pace: &Pace, slot: Millis) -> Result<Decision, store::Error> {
    let progress = pace.progress();
    let new = posts::ready_between(tx, list.id, progress.mailed_until, slot).await?;
    Ok(progress.decide(new, list.settings.rules.measure(&pace.cadence), slot))
}

/// What became of a slot that was for a mailing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    /// It has one.
    Mailing(MailingId),
    /// A draft of the cadence waits, and what is new comes after it; or the slot has its mailing already.
    Nothing,
    /// Nobody is owed anything of it.
    ForNobody,
}

impl Made {
    const fn mailing(self) -> Option<MailingId> {
        match self {
            Self::Mailing(id) => Some(id),
            Self::Nothing | Self::ForNobody => None,
        }
    }
}

/// Makes the mailing of a slot; none where it is certain, by the first 5,000 readers, that nobody is owed anything of it.
async fn make(
    tx: &mut Tx,
    list: &List,
    pace: &Pace,
    (kind, slot, at): (Kind, String, Millis),
) -> Result<Made, store::Error> {
    let (now, progress) = (tx.now(), pace.progress());
    let after = progress.after(&pace.cadence, at);
    let whom = Whom::at(pace.cadence);
    if mailings::draft_waits(tx, list.id, &whom.audience).await? {
        return Ok(Made::Nothing);
    }
    let since = progress.looks_back_to();
    let pool = posts::pool(tx, list.id, since, at).await?;
    let choice = Choice::new(list, whom, pool);
    let survey = survey(tx, &choice, now).await?;
    if survey.is_for_nobody() {
        paces::set_progress(tx, list.id, &pace.cadence, &after).await?;
        let waiting = posts::waiting_between(tx, list.id, since, at).await?;
        passed_over::note(tx, list, &pace.cadence, &waiting).await?;
        return Ok(Made::ForNobody);
    }
    let new = New {
        list: list.id,
        kind,
        occasion: Occasion::from(pace.cadence),
        audience: whom.audience,
        slot,
        also_slower: false,
        again: false,
        requested_by: Actor::System.to_string(),
        send_at: at,
        draft: draft(tx, list).await?,
    };
    let Some(mailing) = insert(tx, &new, &ids(&choice.pool)).await? else {
        return Ok(Made::Nothing);
    };
    paces::set_progress(tx, list.id, &pace.cadence, &after).await?;
    if new.draft.is_some() {
        let posts = match choice.posts(tx, survey.owed).await? {
            // Only readers beyond those who were looked at may be owed anything.
            none if none.is_empty() => mailings::posts(tx, mailing).await?,
            posts => posts,
        };
        reports::draft_waits(tx, list, (mailing, &new), &posts).await?;
    }
    Ok(Made::Mailing(mailing))
}

fn ids(posts: &[PoolPost]) -> Vec<PostId> {
    posts.iter().map(|post| post.id).collect()
}

/// Whether a mailing of a list that nobody asked for waits for a person. The first one does, and so does the first after a
/// backup was brought back: readers may have had since what the backup does not know of.
pub(super) async fn draft(tx: &mut Tx, list: &List) -> Result<Option<Draft>, store::Error> {
    let rules = &list.settings.rules;
    let restored_at = installation::moment(tx, RESTORED_AT).await?;
    let since = restored_at.unwrap_or(Millis::MIN);
    let asks = rules.first_waits || restored_at.is_some();
    if asks && !mailings::any_let_go(tx, list.id, since).await? {
        return Ok(Some(Draft {
            approve_by: None,
            then: Deadline::Hold,
        }));
    }
    Ok(match rules.approval {
        Approval::Automatic {} => None,
        Approval::Draft { hours, then } => Some(Draft {
            approve_by: Some(tx.now() + Duration::from_secs(u64::from(hours) * 60 * 60)),
            then,
        }),
    })
}

/// Makes a mailing of some posts, and queues its freezing unless a person looks at it first; none when the slot is taken.
pub(super) async fn insert(tx: &mut Tx, new: &New, pool: &[PostId]) -> Result<Option<MailingId>, store::Error> {
    let made = mailings::insert(tx, new, pool).await?;
    if let Some(mailing) = made
        && new.draft.is_none()
    {
        enqueue_freezing(tx, mailing).await?;
    }
    Ok(made)
}

pub(super) async fn enqueue_freezing(tx: &mut Tx, mailing: MailingId) -> Result<(), store::Error> {
    let once = When::now().once(format!("freeze {mailing}"));
    jobs::enqueue(tx, &Job::FreezeMailing { mailing }, once).await?;
    Ok(())
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
