//! Adding somebody to a list by hand.

use domain::{
    EmailAddress, Job, Label, ListId, SubscriberId,
    signup::Form,
    subscription::{LeaveReason, State},
};
use serde_json::json;
use store::{
    Tx,
    events::{self, Event, Origin, Subject},
    jobs::{self, When},
    lists::{self, List},
    signups::{self, NewSignup},
    subscribers::{self, Subscriber},
    subscriptions, suppressions,
};

use super::{Attributes, SubscriberError, load};
use crate::Service;

/// How a subscriber's row says that an admin added it.
const SOURCE: &str = "admin";

/// Somebody who is to be on a list.
#[derive(Debug, Clone)]
pub struct NewSubscriber {
    /// Their address.
    pub address: EmailAddress,
    /// The list.
    pub list: ListId,
    /// What they are called; what is known already stays, where this is none.
    pub name: Option<Label>,
    /// What else is known of them; what is known already stays, where this is none.
    pub attributes: Option<Attributes>,
}

/// Puts somebody on a list at once: the admin vouches that they asked for it. Gives the subscriber, and whether their
/// row is new. Doing it again changes nothing.
///
/// # Errors
/// When the list takes no readers, the address must not be mailed, or they left by themselves.
pub async fn vouch(
    service: &Service,
    origin: &Origin,
    new: &NewSubscriber,
) -> Result<(Subscriber, bool), SubscriberError> {
    let hash = &service.keys.suppression_hash(&new.address);
    service
        .db
        .write(|mut tx| async move {
            let list = open_list(&mut tx, new.list).await?;
            if let Some(suppression) = suppressions::in_force(&mut tx, hash).await?.first() {
                return Err(SubscriberError::Blocked(suppression.reason));
            }
            let (id, is_new) = settle(&mut tx, new, hash, &list).await?;
            join(&mut tx, origin, id, new.list).await?;
            Ok((load(&mut tx, id).await?, is_new))
        })
        .await
}

/// Asks somebody by mail whether they want to be on a list. What the mailbox gets is decided like any sign-up, later and
/// in a job.
///
/// # Errors
/// When the list takes no readers.
pub async fn ask(
    service: &Service,
    origin: &Origin,
    new: &NewSubscriber,
) -> Result<(Subscriber, bool), SubscriberError> {
    let hash = &service.keys.suppression_hash(&new.address);
    // Neither the mail nor the page behind it shows the words of a form.
    let wording = service.wordings.id(None);
    service
        .db
        .write(|mut tx| async move {
            let list = open_list(&mut tx, new.list).await?;
            let (id, is_new) = settle(&mut tx, new, hash, &list).await?;
            let signup = NewSignup {
                list: list.id,
                address: new.address.clone(),
                wording,
                form: Form::Admin,
                cadence: None,
                page: None,
                browser: None,
                requested_from: origin.address.clone(),
            };
            let signup = signups::insert(&mut tx, &signup).await?;
            jobs::enqueue(&mut tx, &Job::ProcessSignup { signup }, When::now()).await?;
            let event = Event::new("subscriber.ask", Subject::Signup(signup))
                .on(list.id)
                .about(id)
                .with(json!({ "signup": signup }));
            events::record(&mut tx, origin, event).await?;
            Ok((load(&mut tx, id).await?, is_new))
        })
        .await
}

async fn open_list(tx: &mut Tx, id: ListId) -> Result<List, SubscriberError> {
    let list = lists::find(tx, id).await?.ok_or(SubscriberError::UnknownList)?;
    if list.archived_at.is_some() {
        return Err(SubscriberError::ListArchived);
    }
    Ok(list)
}

/// The row behind the address, with what the admin knows of them.
async fn settle(
    tx: &mut Tx,
    new: &NewSubscriber,
    hash: &[u8; 32],
    list: &List,
) -> Result<(SubscriberId, bool), SubscriberError> {
    let (id, is_new) = match subscribers::find_by_address(tx, &new.address).await? {
        Some(subscriber) => (subscriber.id, false),
        None => {
            let language = list.settings.language.as_str();
            (
                subscribers::insert(tx, &new.address, hash, language, SOURCE).await?,
                true,
            )
        }
    };
    if new.name.is_some() || new.attributes.is_some() {
        let known = load(tx, id).await?;
        let name = new.name.as_ref().map(Label::as_str).or(known.name.as_deref());
        let attributes = new.attributes.as_ref().map_or(&known.attributes, Attributes::as_map);
        subscribers::update(tx, id, known.version, name, attributes).await?;
    }
    Ok((id, is_new))
}

async fn join(tx: &mut Tx, origin: &Origin, subscriber: SubscriberId, list: ListId) -> Result<(), SubscriberError> {
    let subscription = match subscriptions::find_on(tx, subscriber, list).await? {
        Some(known) if known.state == State::Confirmed => return Ok(()),
        Some(known) if known.left_at.is_some() && known.left_reason != Some(LeaveReason::Admin) => {
            return Err(SubscriberError::Left);
        }
        Some(known) => known.id,
        None => subscriptions::insert(tx, subscriber, list).await?,
    };
    subscriptions::join(tx, subscription).await?;
    let event = Event::new("subscription.vouch", Subject::Subscription(subscription))
        .on(list)
        .about(subscriber);
    events::record(tx, origin, event).await?;
    Ok(())
}
