//! Looking at people. Each look that shows somebody leaves a line in the log.

use domain::{EmailAddress, ListId, MailingId, SubscriberId, subscription::State};
use serde_json::{Value, json};
use store::{
    deliveries::{self, Passage},
    events::{self, Event, Origin, Subject},
    subscribers::{self, Subscriber},
    subscriptions::{self, Subscription},
    suppressions::{self, Suppression},
};

use super::{SubscriberError, load};
use crate::{Service, readers};

/// A subscriber with their lists, and with what keeps mail from them.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Who.
    pub subscriber: Subscriber,
    /// One for each list that they are or were on.
    pub subscriptions: Vec<Subscription>,
    /// Why they must not be mailed; nothing when they may.
    pub suppressions: Vec<Suppression>,
}

/// Which subscribers are looked for.
#[derive(Debug, Clone)]
pub enum Search {
    /// The one of that address.
    Address(EmailAddress),
    /// Those whose addresses begin with a text, after an address.
    Prefix(String, Option<EmailAddress>),
    /// Those on a list in a state whose addresses begin with a text, after an id.
    OnList((ListId, State), String, Option<SubscriberId>),
}

/// Everything about one subscriber, who may have been erased.
///
/// # Errors
/// When there is no such subscriber.
pub async fn look(service: &Service, origin: &Origin, id: SubscriberId) -> Result<Profile, SubscriberError> {
    service
        .db
        .write(|mut tx| async move {
            let subscriber = load(&mut tx, id).await?;
            let event = Event::new("subscriber.look", Subject::Subscriber(id));
            events::record(&mut tx, origin, event).await?;
            let suppressions = match &subscriber.address {
                Some(address) => suppressions::in_force(&mut tx, &service.keys.suppression_hash(address)).await?,
                None => Vec::new(),
            };
            Ok(Profile {
                subscriptions: subscriptions::of_subscriber(&mut tx, id).await?,
                suppressions,
                subscriber,
            })
        })
        .await
}

/// A page of subscribers.
///
/// # Errors
/// The database's.
pub async fn search(
    service: &Service,
    origin: &Origin,
    wanted: &Search,
    most: u32,
) -> Result<Vec<Subscriber>, SubscriberError> {
    service
        .db
        .write(|mut tx| async move {
            let found: Vec<_> = match wanted {
                Search::Address(address) => {
                    let found = subscribers::find_by_address(&mut tx, address).await?;
                    found.into_iter().collect()
                }
                Search::Prefix(prefix, after) => {
                    subscribers::with_prefix(&mut tx, &prefix.to_lowercase(), after.as_ref(), most).await?
                }
                Search::OnList(on, prefix, after) => {
                    subscribers::on_list(&mut tx, *on, &prefix.to_lowercase(), *after, most).await?
                }
            };
            let subject = match (wanted, found.first()) {
                (Search::OnList((list, _), ..), _) => Subject::List(*list),
                (Search::Address(_), Some(found)) => Subject::Subscriber(found.id),
                (Search::Address(_) | Search::Prefix(..), _) => Subject::Subscribers,
            };
            let event = Event::new("subscriber.search", subject).with(json!({ "shown": found.len() }));
            events::record(&mut tx, origin, event).await?;
            Ok(found)
        })
        .await
}

/// A copy of everything that is kept about a subscriber, as JSON.
///
/// # Errors
/// When there is no such subscriber.
pub async fn export(service: &Service, origin: &Origin, id: SubscriberId) -> Result<Value, SubscriberError> {
    service
        .db
        .write(|mut tx| async move {
            let subscriber = load(&mut tx, id).await?;
            let event = Event::new("subscriber.export", Subject::Subscriber(id));
            events::record(&mut tx, origin, event).await?;
            Ok(readers::everything(&mut tx, service, &subscriber).await?)
        })
        .await
}

/// The mailings that were for a subscriber or left them out, before an id, the latest first.
///
/// # Errors
/// When there is no such subscriber.
pub async fn history(
    service: &Service,
    origin: &Origin,
    id: SubscriberId,
    before: Option<MailingId>,
    most: u32,
) -> Result<Vec<Passage>, SubscriberError> {
    service
        .db
        .write(|mut tx| async move {
            load(&mut tx, id).await?;
            let event = Event::new("subscriber.look", Subject::Subscriber(id)).with(json!({ "at": "deliveries" }));
            events::record(&mut tx, origin, event).await?;
            Ok(deliveries::of_subscriber(&mut tx, id, before, most).await?)
        })
        .await
}

/// How many subscriptions of a list are in which state.
///
/// # Errors
/// The database's.
pub async fn count_on(service: &Service, list: ListId) -> Result<Vec<(State, i64)>, store::Error> {
    service
        .db
        .read(|mut tx| async move { subscriptions::count_by_state(&mut tx, list).await })
        .await
}
