//! What becomes of a sign-up: the only place that looks at the address.

use domain::{
    EmailAddress, SignupId, SubscriberId, SubscriptionId,
    message::Kind,
    signup::{Circumstances, MAILS_WINDOW, State},
    subscription, suppression,
};
use serde_json::json;
use store::{
    Tx,
    events::{self, Actor, Event, Origin, Subject},
    lists,
    messages::{self, NewMessage},
    signups::{self, Signup},
    subscribers, subscriptions, suppressions,
};

use super::trace::enqueue_message;
use crate::Service;

/// The language of the wordings, and so of whoever signs up.
const LANGUAGE: &str = "en";
/// How a subscriber's row says that it came from a form.
const SOURCE: &str = "form";

/// Finds out who signed up and decides what to send them. Doing it again changes nothing.
///
/// # Errors
/// The database's.
pub async fn process(service: &Service, id: SignupId) -> Result<(), store::Error> {
    service
        .db
        .write(|mut tx| async move {
            let Some(signup) = signups::find(&mut tx, id).await? else {
                return Ok(());
            };
            if signup.state != State::Received {
                return Ok(());
            }
            let open = (lists::find(&mut tx, signup.list).await?).is_some_and(|list| list.archived_at.is_none());
            match signup.address.clone() {
                Some(address) if open => decide(&mut tx, service, &signup, &address).await,
                _ => signups::set_state(&mut tx, id, State::Dropped, None).await,
            }
        })
        .await
}

async fn decide(tx: &mut Tx, service: &Service, signup: &Signup, address: &EmailAddress) -> Result<(), store::Error> {
    let hash = service.keys.suppression_hash(address);
    let subscriber = subscribers::find_by_address(tx, address)
        .await?
        .map(|subscriber| subscriber.id);
    let subscription = match subscriber {
        Some(subscriber) => subscriptions::find_on(tx, subscriber, signup.list).await?,
        None => None,
    };
    let state = Circumstances {
        suppressions: &suppressions_of(tx, address, &hash).await?,
        mails: mails_of(tx, address).await?,
        subscription: subscription.as_ref().map(|subscription| subscription.state),
    }
    .decide();
    if state == State::Suppressed {
        return signups::set_state(tx, signup.id, state, subscription.map(|subscription| subscription.id)).await;
    }

    let subscriber = match subscriber {
        Some(subscriber) => subscriber,
        None => subscribers::insert(tx, address, &hash, LANGUAGE, SOURCE).await?,
    };
    let subscription = match subscription {
        Some(subscription) => {
            if subscription.state.after(subscription::Event::SignUp) != subscription.state {
                subscriptions::ask_again(tx, subscription.id).await?;
                record_request(tx, signup, subscriber, subscription.id).await?;
            }
            subscription.id
        }
        None => {
            let id = subscriptions::insert(tx, subscriber, signup.list).await?;
            record_request(tx, signup, subscriber, id).await?;
            id
        }
    };
    signups::set_state(tx, signup.id, state, Some(subscription)).await?;
    let kind = match state {
        State::Asked => Kind::Confirm,
        State::Known => Kind::AlreadySubscribed,
        _ => return Ok(()),
    };
    let message = NewMessage {
        kind,
        list: signup.list,
        subscriber: Some(subscriber),
        signup: Some(signup.id),
        subject: subscription.get(),
        post: None,
        report: None,
        address,
    };
    enqueue_message(tx, &message).await
}

/// Why the address must not be mailed, each with the number of confirmations that it was sent since.
async fn suppressions_of(
    tx: &mut Tx,
    address: &EmailAddress,
    hash: &[u8; 32],
) -> Result<Vec<(suppression::Reason, i64)>, store::Error> {
    let mut reasons = Vec::new();
    for suppression in suppressions::in_force(tx, hash).await? {
        let tried = messages::count(tx, address, Kind::Confirm, suppression.created_at).await?;
        reasons.push((suppression.reason, tried));
    }
    Ok(reasons)
}

/// How many mails sign-ups caused to the address of late.
async fn mails_of(tx: &mut Tx, address: &EmailAddress) -> Result<i64, store::Error> {
    let since = tx.now() - MAILS_WINDOW;
    let asked = messages::count(tx, address, Kind::Confirm, since).await?;
    Ok(asked + messages::count(tx, address, Kind::AlreadySubscribed, since).await?)
}

async fn record_request(
    tx: &mut Tx,
    signup: &Signup,
    subscriber: SubscriberId,
    subscription: SubscriptionId,
) -> Result<(), store::Error> {
    let origin = Origin {
        actor: Actor::Reader,
        address: signup.requested_from.clone(),
    };
    let event = Event::new("subscription.request", Subject::Subscription(subscription))
        .on(signup.list)
        .about(subscriber)
        .with(json!({ "signup": signup.id, "form": signup.form }));
    events::record(tx, &origin, event).await
}
