//! Everything that is kept about a reader, behind a single-use link that is mailed and lives an hour.
//!
//! Opening the link uses it up; from then on the pages behind it name the same row with a token that was never mailed.

use std::time::Duration;

use domain::{
    AccessLinkId, ListKey, Millis, SubscriptionId,
    message::Kind,
    signup::{MAILS_WINDOW, MOST_MAILS},
    subscription::LeaveReason,
};
use store::{
    Tx, access_links,
    events::{self, Event, Origin, Subject},
    lists::{self, List},
    messages::{self, NewMessage},
    subscribers::{self, Subscriber},
    subscriptions::{self, Subscription},
};

use super::{
    subscription::{Seen, end, seen},
    trace::{enqueue_message, event},
};
use crate::Service;

/// How long a link can be opened after it was asked for, and how long the pages behind it work after that.
pub const ACCESS_FOR: Duration = Duration::from_secs(60 * 60);
/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 200;

/// What the pages behind an opened link show.
#[derive(Debug, Clone)]
pub struct OwnData {
    /// Whose data it is.
    pub subscriber: Subscriber,
    /// Every list that they are or were on.
    pub subscriptions: Vec<OwnSubscription>,
}

/// One list on that page.
#[derive(Debug, Clone)]
pub struct OwnSubscription {
    /// The list.
    pub list: List,
    /// Where the subscription stands.
    pub subscription: Subscription,
}

/// Mails a fresh link to the subscriber behind a subscription, at most [`MOST_MAILS`] in [`MAILS_WINDOW`]. The answer
/// does not tell whether one left.
///
/// # Errors
/// The database's.
pub async fn request_access(
    service: &Service,
    origin: &Origin,
    id: SubscriptionId,
) -> Result<Option<Seen>, store::Error> {
    service
        .db
        .write(|mut tx| async move {
            let subscription = subscriptions::find(&mut tx, id).await?;
            if let Some(subscription) = subscription {
                mail_link(&mut tx, origin, &subscription).await?;
            }
            seen(&mut tx, id).await
        })
        .await
}

async fn mail_link(tx: &mut Tx, origin: &Origin, subscription: &Subscription) -> Result<(), store::Error> {
    let subscriber = subscribers::find(tx, subscription.subscriber).await?;
    let Some(address) = subscriber.and_then(|subscriber| subscriber.address) else {
        return Ok(());
    };
    let since = tx.now() - MAILS_WINDOW;
    if messages::count(tx, &address, Kind::AccessLink, since).await? >= MOST_MAILS {
        return Ok(());
    }
    let link = access_links::insert(tx, subscription.subscriber).await?;
    let message = NewMessage {
        kind: Kind::AccessLink,
        list: subscription.list,
        subscriber: Some(subscription.subscriber),
        signup: None,
        subject: link.get(),
        post: None,
        report: None,
        address: &address,
    };
    enqueue_message(tx, &message).await?;
    events::record(tx, origin, event("subscriber.request-access", subscription)).await
}

/// Whether a mailed link can still be opened. Looking changes nothing.
///
/// # Errors
/// The database's.
pub async fn can_open(service: &Service, id: AccessLinkId) -> Result<bool, store::Error> {
    service
        .db
        .read(|mut tx| async move {
            let now = tx.now();
            let link = access_links::find(&mut tx, id).await?;
            Ok(link.is_some_and(|link| link.used_at.is_none() && is_fresh(link.created_at, now)))
        })
        .await
}

/// Opens a mailed link and uses it up; false when it was used before or is too old.
///
/// # Errors
/// The database's.
pub async fn open(service: &Service, origin: &Origin, id: AccessLinkId) -> Result<bool, store::Error> {
    service
        .db
        .write(|mut tx| async move {
            let now = tx.now();
            match access_links::find(&mut tx, id).await? {
                Some(link) if is_fresh(link.created_at, now) && access_links::use_up(&mut tx, id).await? => {
                    let event = Event::new("subscriber.open-own-data", Subject::Subscriber(link.subscriber));
                    events::record(&mut tx, origin, event).await?;
                    Ok(true)
                }
                _ => Ok(false),
            }
        })
        .await
}

/// What the page behind an opened link shows; none when its time is over.
///
/// # Errors
/// The database's.
pub async fn own_data(service: &Service, id: AccessLinkId) -> Result<Option<OwnData>, store::Error> {
    service
        .db
        .read(|mut tx| async move {
            let Some(subscriber) = holder(&mut tx, id).await? else {
                return Ok(None);
            };
            Ok(Some(OwnData {
                subscriptions: lists_of(&mut tx, &subscriber).await?,
                subscriber,
            }))
        })
        .await
}

/// Changes the name of the link's holder; an empty one is forgotten. False when the link's time is over.
///
/// # Errors
/// The database's.
pub async fn rename(service: &Service, origin: &Origin, id: AccessLinkId, name: &str) -> Result<bool, store::Error> {
    let words = name.split(|c: char| c.is_whitespace() || c.is_control());
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let name = &name.chars().take(LONGEST_NAME).collect::<String>();
    service
        .db
        .write(|mut tx| async move {
            let Some(subscriber) = holder(&mut tx, id).await? else {
                return Ok(false);
            };
            subscribers::rename(&mut tx, subscriber.id, (!name.is_empty()).then_some(name)).await?;
            let event = Event::new("subscriber.rename", Subject::Subscriber(subscriber.id));
            events::record(&mut tx, origin, event).await?;
            Ok(true)
        })
        .await
}

/// Takes the link's holder off one of their lists. False when the link's time is over.
///
/// # Errors
/// The database's.
pub async fn leave_own(
    service: &Service,
    origin: &Origin,
    id: AccessLinkId,
    list: &ListKey,
) -> Result<bool, store::Error> {
    service
        .db
        .write(|mut tx| async move {
            let Some(subscriber) = holder(&mut tx, id).await? else {
                return Ok(false);
            };
            for each in subscriptions::of_subscriber(&mut tx, subscriber.id).await? {
                if each.list_key == *list {
                    end(&mut tx, origin, &each, LeaveReason::Page).await?;
                }
            }
            Ok(true)
        })
        .await
}

/// Whose data an opened link shows, while its time lasts and they were not erased.
pub(super) async fn holder(tx: &mut Tx, id: AccessLinkId) -> Result<Option<Subscriber>, store::Error> {
    let now = tx.now();
    let link = access_links::find(tx, id).await?;
    let Some(link) = link.filter(|link| link.used_at.is_some_and(|used_at| is_fresh(used_at, now))) else {
        return Ok(None);
    };
    let subscriber = subscribers::find(tx, link.subscriber).await?;
    Ok(subscriber.filter(|subscriber| subscriber.address.is_some()))
}

/// Every list that a subscriber is or was on.
pub(super) async fn lists_of(tx: &mut Tx, subscriber: &Subscriber) -> Result<Vec<OwnSubscription>, store::Error> {
    let mut own = Vec::new();
    for subscription in subscriptions::of_subscriber(tx, subscriber.id).await? {
        if let Some(list) = lists::find(tx, subscription.list).await? {
            own.push(OwnSubscription { list, subscription });
        }
    }
    Ok(own)
}

fn is_fresh(since: Millis, now: Millis) -> bool {
    now.since(since) <= ACCESS_FOR
}
