//! What the use cases of readers share: the log's lines about a subscription, and mails on their way.

use domain::Job;
use store::{
    Tx,
    events::{Event, Subject},
    jobs::{self, When},
    messages::{self, NewMessage},
    subscriptions::Subscription,
};

/// A line of the log that says what was done to a subscription.
pub(super) fn event(action: &'static str, subscription: &Subscription) -> Event {
    Event::new(action, Subject::Subscription(subscription.id))
        .on(subscription.list)
        .about(subscription.subscriber)
}

/// Writes a mail down, with the job that sends it.
pub(super) async fn enqueue_message(tx: &mut Tx, new: &NewMessage<'_>) -> Result<(), store::Error> {
    let message = messages::insert(tx, new).await?;
    jobs::enqueue(tx, &Job::SendMessage { message }, When::now()).await?;
    Ok(())
}
