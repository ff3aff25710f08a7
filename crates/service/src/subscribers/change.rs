//! Changing what is known of somebody, taking them off a list, erasing them.

use domain::{Label, ListId, SubscriberId, subscription::LeaveReason};
use serde_json::json;
use store::{
    events::{self, Event, Origin, Subject},
    subscribers::{self, Subscriber},
    subscriptions,
};

use super::{Attributes, SubscriberError, load};
use crate::{
    Service,
    readers::{self, EraseError},
};

/// Writes the name and the attributes of somebody who still has the version that they were made from.
///
/// # Errors
/// When they are gone, were erased, or changed since.
pub async fn change(
    service: &Service,
    origin: &Origin,
    (id, version): (SubscriberId, i64),
    name: Option<&Label>,
    attributes: &Attributes,
) -> Result<Subscriber, SubscriberError> {
    let (name, attributes) = (name.map(Label::as_str), attributes.as_map());
    service
        .db
        .write(|mut tx| async move {
            let before = load(&mut tx, id).await?;
            if before.erased_at.is_some() {
                return Err(SubscriberError::Erased);
            }
            if !subscribers::update(&mut tx, id, version, name, attributes).await? {
                return Err(SubscriberError::Stale);
            }
            let mut changed = Vec::new();
            if before.name.as_deref() != name {
                changed.push("name");
            }
            if before.attributes != *attributes {
                changed.push("attributes");
            }
            let event = Event::new("subscriber.change", Subject::Subscriber(id)).with(json!({ "changed": changed }));
            events::record(&mut tx, origin, event).await?;
            load(&mut tx, id).await
        })
        .await
}

/// Takes somebody off a list. Whoever is off stays off.
///
/// # Errors
/// When they never were on it.
pub async fn take_off(
    service: &Service,
    origin: &Origin,
    id: SubscriberId,
    list: ListId,
) -> Result<(), SubscriberError> {
    let subscription = service
        .db
        .read(|mut tx| async move { subscriptions::find_on(&mut tx, id, list).await })
        .await?
        .ok_or(SubscriberError::NotOnList)?;
    readers::leave(service, origin, subscription.id, LeaveReason::Admin).await?;
    Ok(())
}

/// Erases somebody. Whoever was erased before stays so.
///
/// # Errors
/// When there is no such subscriber, or the database or the folder of caught mail cannot be written.
pub async fn erase(service: &Service, origin: &Origin, id: SubscriberId) -> Result<(), SubscriberError> {
    let subscriber = service.db.read(|mut tx| async move { load(&mut tx, id).await }).await?;
    let Some(address) = subscriber.address else {
        return Ok(());
    };
    match readers::erase_subscriber(service, origin, id, &address).await {
        Ok(()) => Ok(()),
        Err(EraseError::CaughtMail(error)) => Err(SubscriberError::CaughtMail(error)),
        Err(EraseError::Store(error)) => Err(error.into()),
    }
}
