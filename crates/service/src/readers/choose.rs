//! Readers choose: how often a list comes, what about, and when it should not come at all.
//!
//! Whoever chooses holds a link that was mailed to the address, and chooses only among what the list offers. What is
//! chosen is not written into the log where it could reveal something about a person: topics can.

use domain::{
    Cadence, Millis, SubscriptionId, Topics,
    subscription::{self, LeaveReason},
};
use jiff::{Span, tz::TimeZone};
use serde_json::json;
use store::{
    Tx,
    events::{self, Origin},
    lists::{self, List},
    pauses,
    subscriptions::{self, Subscription},
};

use super::{
    choices::{Choices, chosen, look, offered, paused_until},
    subscription::{Seen, seen, take_back},
    trace::event,
};
use crate::{Service, brand::zone, mailings::hand_over};

/// For how many weeks a reader may pause.
pub const PAUSE_WEEKS: [u8; 4] = [1, 2, 4, 8];

/// What a reader asks for; what they do not speak of stays.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// How often.
    pub cadence: Option<Cadence>,
    /// What about; nothing and everything that is offered both stand for everything, also what comes to be offered.
    pub topics: Option<Topics>,
}

/// Why a choice is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// The list does not come that often.
    #[error("this mailing list does not come {}: please choose again", .0.words())]
    Cadence(Cadence),
    /// The list does not offer that topic.
    #[error("\"{0}\" is no topic of this mailing list: please choose again")]
    Topic(String),
    /// The pause is too long or too short.
    #[error("a pause lasts for 1, 2, 4 or 8 weeks: please choose again")]
    Weeks,
    /// They are not on the list.
    #[error("you are not on this mailing list")]
    NotSubscribed,
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Changes how often a reader gets the list and what about.
///
/// # Errors
/// When something is not offered, and then nothing is changed; when they are not on the list; and the database's.
pub async fn choose(
    service: &Service,
    origin: &Origin,
    id: SubscriptionId,
    wishes: &Wishes,
) -> Result<Option<Choices>, ChoiceError> {
    service
        .db
        .write(|mut tx| async move {
            if let Some((subscription, list)) = confirmed(&mut tx, id).await? {
                if let Some(cadence) = wishes.cadence {
                    set_cadence(&mut tx, origin, &subscription, &list, cadence).await?;
                }
                if let Some(topics) = &wishes.topics {
                    set_topics(&mut tx, origin, &subscription, &list, topics).await?;
                }
            }
            Ok(look(&mut tx, id).await?)
        })
        .await
}

/// Pauses a list for a reader from now on, for one of [`PAUSE_WEEKS`]. What becomes ready meanwhile is not made up for;
/// pausing anew replaces the pause that they are in.
///
/// # Errors
/// When the time is another or they are not on the list, and the database's.
pub async fn pause(
    service: &Service,
    origin: &Origin,
    id: SubscriptionId,
    weeks: u8,
) -> Result<Option<Choices>, ChoiceError> {
    if !PAUSE_WEEKS.contains(&weeks) {
        return Err(ChoiceError::Weeks);
    }
    service
        .db
        .write(|mut tx| async move {
            if let Some((subscription, list)) = confirmed(&mut tx, id).await? {
                let until = weeks_later(tx.now(), weeks, &zone(&list));
                if paused_until(&mut tx, id).await? != Some(until) {
                    pauses::begin(&mut tx, id, until).await?;
                    let event = event("subscription.pause", &subscription).with(json!({ "until": until.to_string() }));
                    events::record(&mut tx, origin, event).await?;
                }
            }
            Ok(look(&mut tx, id).await?)
        })
        .await
}

/// Ends the pause that a reader is in. One who is in none goes on as before.
///
/// # Errors
/// When they are not on the list, and the database's.
pub async fn resume(service: &Service, origin: &Origin, id: SubscriptionId) -> Result<Option<Choices>, ChoiceError> {
    service
        .db
        .write(|mut tx| async move {
            if let Some((subscription, _)) = confirmed(&mut tx, id).await?
                && paused_until(&mut tx, id).await?.is_some()
            {
                pauses::end(&mut tx, id).await?;
                events::record(&mut tx, origin, event("subscription.resume", &subscription)).await?;
            }
            Ok(look(&mut tx, id).await?)
        })
        .await
}

/// Takes leaving back as [`super::undo`] does, for a slower cadence instead. Changes nothing where leaving cannot be
/// taken back.
///
/// # Errors
/// When the cadence is not offered, and then they have still left; and the database's.
pub async fn stay(
    service: &Service,
    origin: &Origin,
    id: SubscriptionId,
    cadence: Cadence,
) -> Result<Option<Seen>, ChoiceError> {
    service
        .db
        .write(|mut tx| async move {
            if take_back(&mut tx, origin, id).await?
                && let Some((subscription, list)) = confirmed(&mut tx, id).await?
            {
                set_cadence(&mut tx, origin, &subscription, &list, cadence).await?;
            }
            Ok(seen(&mut tx, id).await?)
        })
        .await
}

/// The same time by the wall clock, some weeks later.
fn weeks_later(now: Millis, weeks: u8, zone: &TimeZone) -> Millis {
    let later = (now.timestamp().to_zoned(zone.clone())).saturating_add(Span::new().weeks(weeks));
    later.timestamp().into()
}

/// The subscription and its list, if there is one; it must be confirmed.
async fn confirmed(tx: &mut Tx, id: SubscriptionId) -> Result<Option<(Subscription, List)>, ChoiceError> {
    let Some(subscription) = subscriptions::find(tx, id).await? else {
        return Ok(None);
    };
    if subscription.left_reason == Some(LeaveReason::Erased) {
        return Ok(None);
    }
    if subscription.state != subscription::State::Confirmed {
        return Err(ChoiceError::NotSubscribed);
    }
    let list = lists::find(tx, subscription.list).await?;
    Ok(list.map(|list| (subscription, list)))
}

async fn set_cadence(
    tx: &mut Tx,
    origin: &Origin,
    subscription: &Subscription,
    list: &List,
    wish: Cadence,
) -> Result<(), ChoiceError> {
    let theirs = list.settings.cadence_of(subscription.cadence);
    if wish == theirs {
        return Ok(());
    }
    if !offered(list).contains(&wish) {
        return Err(ChoiceError::Cadence(wish));
    }
    subscriptions::set_cadence(tx, subscription.id, chosen(wish, list).as_ref()).await?;
    hand_over(tx, list.id, (&theirs, &wish), subscription.joined_at).await?;
    let detail = json!({ "from": theirs, "to": wish });
    let event = event("subscription.choose-cadence", subscription).with(detail);
    events::record(tx, origin, event).await?;
    Ok(())
}

async fn set_topics(
    tx: &mut Tx,
    origin: &Origin,
    subscription: &Subscription,
    list: &List,
    wish: &Topics,
) -> Result<(), ChoiceError> {
    let offered = &list.settings.rules.topics;
    if let Some(unknown) = wish.iter().find(|topic| !offered.contains(topic)) {
        return Err(ChoiceError::Topic(unknown.to_owned()));
    }
    let all = wish.is_empty() || wish == offered;
    let chosen = (!all).then_some(wish);
    if subscription.topics.as_ref() == chosen {
        return Ok(());
    }
    subscriptions::set_topics(tx, subscription.id, chosen).await?;
    events::record(tx, origin, event("subscription.choose-topics", subscription)).await?;
    Ok(())
}
