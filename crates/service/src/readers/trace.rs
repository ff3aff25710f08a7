//! What the use cases of readers share: the log's lines about a subscription, and mails on their way.

use domain::{Job, ListId, SubscriberId, SubscriptionId};
use serde_json::Value;
use store::{
    Tx,
    events::{self, Event, Origin},
    jobs::{self, When},
    messages::{self, NewMessage},
};

/// Writes a line about a subscription into the log.
pub(super) async fn record(
    tx: &mut Tx,
    origin: &Origin,
    action: &'static str,
    (list, subscriber, subscription): (ListId, SubscriberId, SubscriptionId),
    detail: Value,
) -> Result<(), store::Error> {
    let event = Event {
        action,
        subject: ("subscription", subscription.get()),
        list: Some(list),
        subscriber: Some(subscriber),
        detail,
    };
    events::record(tx, origin, event).await
}

/// Writes a line about a subscriber into the log.
pub(super) async fn record_about(
    tx: &mut Tx,
    origin: &Origin,
    action: &'static str,
    subscriber: SubscriberId,
) -> Result<(), store::Error> {
    let event = Event {
        action,
        subject: ("subscriber", subscriber.get()),
        list: None,
        subscriber: Some(subscriber),
        detail: Value::Object(serde_json::Map::new()),
    };
    events::record(tx, origin, event).await
}

/// Writes a mail down, with the job that sends it.
pub(super) async fn enqueue_message(tx: &mut Tx, new: &NewMessage<'_>) -> Result<(), store::Error> {
    let message = messages::insert(tx, new).await?;
    jobs::enqueue(tx, &Job::SendMessage { message }, When::now()).await?;
    Ok(())
}
