//! Erasing a reader: what remains is a row without a person, and the keyed hash of an address that must not be mailed.

use domain::{AccessLinkId, EmailAddress, SubscriberId, subscription::LeaveReason};
use store::{
    Tx, access_links,
    events::{self, Event, Origin, Subject},
    kept, messages, pauses, signups, subscribers, subscriptions, suppressions,
};

use super::{access::holder, subscription::end};
use crate::Service;

/// Why somebody was not erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The folder of caught mail could not be cleaned. Nothing was erased yet.
    #[error("the caught mail could not be erased")]
    CaughtMail(#[from] std::io::Error),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Erases the holder of an opened link: address, name, where requests came from, mails that did not leave and those that
/// were caught. False when the link's time is over.
///
/// # Errors
/// When the database or the folder of caught mail cannot be written; it can be asked for again.
pub async fn erase(service: &Service, origin: &Origin, id: AccessLinkId) -> Result<bool, EraseError> {
    let found = service
        .db
        .read(|mut tx| async move { holder(&mut tx, id).await })
        .await?;
    match found.and_then(|subscriber| subscriber.address.map(|address| (subscriber.id, address))) {
        Some((subscriber, address)) => {
            erase_subscriber(service, origin, subscriber, &address).await?;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// Erases a subscriber.
///
/// # Errors
/// When the database or the folder of caught mail cannot be written; it can be asked for again.
pub async fn erase_subscriber(
    service: &Service,
    origin: &Origin,
    subscriber: SubscriberId,
    address: &EmailAddress,
) -> Result<(), EraseError> {
    // Files know no transactions: they go first, while the row still says whose they are, and once more after the
    // commit, for a mail that was under way.
    service.settings.catcher.erase(address).await?;
    let hash = &service.keys.suppression_hash(address);
    service
        .db
        .write(|mut tx| async move { erase_rows(&mut tx, origin, subscriber, address, hash).await })
        .await?;
    service.settings.catcher.erase(address).await?;
    Ok(())
}

async fn erase_rows(
    tx: &mut Tx,
    origin: &Origin,
    subscriber: SubscriberId,
    address: &EmailAddress,
    hash: &[u8; 32],
) -> Result<(), store::Error> {
    for subscription in subscriptions::of_subscriber(tx, subscriber).await? {
        end(tx, origin, &subscription, LeaveReason::Erased).await?;
        pauses::forget(tx, subscription.id).await?;
        subscriptions::set_topics(tx, subscription.id, None).await?;
    }
    signups::erase(tx, subscriber, address).await?;
    messages::erase(tx, subscriber, address).await?;
    suppressions::erase(tx, hash).await?;
    access_links::delete_of(tx, subscriber).await?;
    subscribers::erase(tx, subscriber).await?;
    let event = Event::new("subscriber.erase", Subject::Subscriber(subscriber));
    events::record(tx, origin, event).await?;
    kept::erase(tx, subscriber, address).await
}
