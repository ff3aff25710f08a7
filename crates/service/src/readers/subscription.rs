//! Leaving a list, taking it back, and looking at a subscription: what the links in a list's mails lead to.
//!
//! Mails get forwarded, so nothing here tells more than the one list and a masked address.

use std::time::Duration;

use domain::{
    Cadence, Millis, SubscriptionId,
    subscription::{LeaveReason, State},
};
use serde_json::json;
use store::{
    Tx,
    events::{self, Origin},
    lists::{self, List},
    subscribers,
    subscriptions::{self, Subscription},
};

use super::{choices::slower, trace::event};
use crate::Service;

/// How long after leaving it can be taken back by a button; later it takes a new sign-up.
pub const UNDO_WITHIN: Duration = Duration::from_secs(60 * 60);

/// A subscription as whoever holds a link to it may see it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The list.
    pub list: List,
    /// The subscriber's address, masked.
    pub masked: String,
    /// Where it stands.
    pub state: State,
    /// How often its reader has the list: as the list has it, unless they chose.
    pub cadence: Cadence,
    /// The slowest cadence that the list offers, where it is slower than that.
    pub slower: Option<Cadence>,
    /// Whether leaving can be taken back.
    pub can_undo: bool,
}

/// Looks at a subscription; none when it is gone or its subscriber was erased.
///
/// # Errors
/// The database's.
pub async fn look_at(service: &Service, id: SubscriptionId) -> Result<Option<Seen>, store::Error> {
    service.db.read(|mut tx| async move { seen(&mut tx, id).await }).await
}

/// Ends a subscription. One that has ended stays as it ended; one that is gone needs no ending.
///
/// # Errors
/// The database's.
pub async fn leave(
    service: &Service,
    origin: &Origin,
    id: SubscriptionId,
    reason: LeaveReason,
) -> Result<Option<Seen>, store::Error> {
    service
        .db
        .write(|mut tx| async move {
            if let Some(subscription) = subscriptions::find(&mut tx, id).await? {
                end(&mut tx, origin, &subscription, reason).await?;
            }
            seen(&mut tx, id).await
        })
        .await
}

/// Takes leaving back, within [`UNDO_WITHIN`], where a reader who had joined left by themselves. Changes nothing
/// otherwise.
///
/// # Errors
/// The database's.
pub async fn undo(service: &Service, origin: &Origin, id: SubscriptionId) -> Result<Option<Seen>, store::Error> {
    service
        .db
        .write(|mut tx| async move {
            take_back(&mut tx, origin, id).await?;
            seen(&mut tx, id).await
        })
        .await
}

/// Takes leaving back where it can be; false where it cannot.
pub(super) async fn take_back(tx: &mut Tx, origin: &Origin, id: SubscriptionId) -> Result<bool, store::Error> {
    let now = tx.now();
    let left = subscriptions::find(tx, id).await?;
    let Some(subscription) = left.filter(|subscription| can_undo(subscription, now)) else {
        return Ok(false);
    };
    subscriptions::undo_leaving(tx, id).await?;
    events::record(tx, origin, event("subscription.undo-leave", &subscription)).await?;
    Ok(true)
}

/// Ends a subscription that has not ended, and says so in the log.
pub(super) async fn end(
    tx: &mut Tx,
    origin: &Origin,
    subscription: &Subscription,
    reason: LeaveReason,
) -> Result<(), store::Error> {
    if subscription.state == State::Unsubscribed {
        return Ok(());
    }
    subscriptions::leave(tx, subscription.id, reason).await?;
    let event = event("subscription.leave", subscription).with(json!({ "reason": reason }));
    events::record(tx, origin, event).await
}

/// A subscription as whoever holds a link to it may see it.
pub(super) async fn seen(tx: &mut Tx, id: SubscriptionId) -> Result<Option<Seen>, store::Error> {
    let Some(subscription) = subscriptions::find(tx, id).await? else {
        return Ok(None);
    };
    let subscriber = subscribers::find(tx, subscription.subscriber).await?;
    let address = subscriber.and_then(|subscriber| subscriber.address);
    let list = lists::find(tx, subscription.list).await?;
    let now = tx.now();
    Ok(list.zip(address).map(|(list, address)| Seen {
        cadence: list.settings.cadence_of(subscription.cadence),
        slower: slower(&subscription, &list),
        list,
        masked: address.masked(),
        state: subscription.state,
        can_undo: can_undo(&subscription, now),
    }))
}

fn can_undo(subscription: &Subscription, now: Millis) -> bool {
    subscription.state == State::Unsubscribed
        && subscription.joined_at.is_some()
        && matches!(
            subscription.left_reason,
            Some(LeaveReason::Page | LeaveReason::OneClick)
        )
        && subscription
            .left_at
            .is_some_and(|left_at| now.since(left_at) <= UNDO_WITHIN)
}
