//! What a reader of a list can choose, and what they chose: how often it comes, what about, and when it should not come at
//! all. Looking changes nothing; [`super::choose()`] does.

use domain::{Cadence, Millis, SubscriptionId, Zone};
use jiff::civil::Date;
use store::{
    Tx,
    lists::List,
    pauses,
    subscriptions::{self, Subscription},
};

use super::subscription::{Seen, seen};
use crate::{Service, brand::zone};

/// What a reader of a list can choose now, and what they chose.
#[derive(Debug, Clone)]
pub struct Choices {
    /// The subscription.
    pub seen: Seen,
    /// The list's own cadence, those that it offers besides, and the reader's, from the most to the least often.
    pub cadences: Vec<Offered>,
    /// The topics that the list offers; none unless its admins turned them on.
    pub topics: Vec<OfferedTopic>,
    /// The day on which a pause ends that the reader is in, in the list's zone.
    pub paused_until: Option<Date>,
}

/// A cadence to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// How often.
    pub cadence: Cadence,
    /// Whether it is the reader's.
    pub is_theirs: bool,
    /// The day of its next slot in the list's zone; none for what is mailed right away, and without a zone.
    pub next: Option<Date>,
}

/// A topic to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedTopic {
    /// What it is called.
    pub name: String,
    /// Whether the reader gets posts about it.
    pub is_theirs: bool,
}

/// The cadences of which a list's readers have one, from the most to the least often: its own and those that it offers
/// besides. Where a list has no zone its hours cannot be counted, and it offers none that has any.
#[must_use]
pub fn offered(list: &List) -> Vec<Cadence> {
    let settings = &list.settings;
    let besides = (settings.rules.choices.iter()).filter(|cadence| can_come(cadence, list));
    in_order([settings.cadence].into_iter().chain(besides.copied()))
}

/// What a reader can choose now; none when the subscription is gone or its subscriber was erased. Looking changes
/// nothing.
///
/// # Errors
/// The database's.
pub async fn choices(service: &Service, id: SubscriptionId) -> Result<Option<Choices>, store::Error> {
    service.db.read(|mut tx| async move { look(&mut tx, id).await }).await
}

/// The slowest cadence that a list offers, where it is slower than a reader's.
pub(super) fn slower(subscription: &Subscription, list: &List) -> Option<Cadence> {
    let theirs = list.settings.cadence_of(subscription.cadence);
    offered(list).pop().filter(|slowest| slowest.is_slower_than(&theirs))
}

/// Whether a list can keep a cadence.
fn can_come(cadence: &Cadence, list: &List) -> bool {
    *cadence == Cadence::Instant || list.settings.zone.is_some()
}

/// Each once, from the most to the least often; those that mail equally often stay as they came.
fn in_order(cadences: impl IntoIterator<Item = Cadence>) -> Vec<Cadence> {
    let mut sorted = Vec::<Cadence>::new();
    for cadence in cadences {
        if !sorted.contains(&cadence) {
            let place = sorted.iter().position(|other| other.is_slower_than(&cadence));
            sorted.insert(place.unwrap_or(sorted.len()), cadence);
        }
    }
    sorted
}

/// A choice as a subscription keeps it: the list's own cadence is none, so that it changes with the list's.
pub(super) fn chosen(cadence: Cadence, list: &List) -> Option<Cadence> {
    (cadence != list.settings.cadence).then_some(cadence)
}

pub(super) async fn look(tx: &mut Tx, id: SubscriptionId) -> Result<Option<Choices>, store::Error> {
    let Some(subscription) = subscriptions::find(tx, id).await? else {
        return Ok(None);
    };
    let paused = paused_until(tx, id).await?;
    let now = tx.now();
    let Some(seen) = seen(tx, id).await? else {
        return Ok(None);
    };
    let list = &seen.list;
    let cadences = in_order(offered(list).into_iter().chain([seen.cadence]));
    let slots = list.settings.zone.as_ref().map(Zone::rules);
    Ok(Some(Choices {
        cadences: cadences
            .into_iter()
            .map(|cadence| Offered {
                cadence,
                is_theirs: cadence == seen.cadence,
                next: slots.and_then(|rules| Some(cadence.next_slot(now, rules)?.date)),
            })
            .collect(),
        topics: (list.settings.rules.topics.iter())
            .map(|topic| OfferedTopic {
                name: topic.to_owned(),
                is_theirs: subscription.topics.as_ref().is_none_or(|topics| topics.contains(topic)),
            })
            .collect(),
        paused_until: paused.map(|until| until.timestamp().to_zoned(zone(list)).date()),
        seen,
    }))
}

/// When the pause ends that a subscription is in.
pub(super) async fn paused_until(tx: &mut Tx, id: SubscriptionId) -> Result<Option<Millis>, store::Error> {
    let now = tx.now();
    let pauses = pauses::of_subscription(tx, id).await?;
    Ok((pauses.iter().filter(|pause| pause.covers(now)))
        .map(|pause| pause.until)
        .max())
}
