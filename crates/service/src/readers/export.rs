//! A copy of everything that is kept about a reader.

use std::collections::HashMap;

use domain::{AccessLinkId, MailingId, Millis, SubscriberId};
use serde_json::{Value, json};
use store::{
    Tx,
    events::{self, Event, Origin, Subject},
    kept, messages, pauses, signups,
    subscribers::Subscriber,
    suppressions,
};

use super::access::{holder, lists_of};
use crate::Service;

/// Everything that is kept about the holder of an opened link, as JSON; none when the link's time is over.
///
/// # Errors
/// The database's.
pub async fn export(service: &Service, origin: &Origin, id: AccessLinkId) -> Result<Option<Value>, store::Error> {
    service
        .db
        .write(|mut tx| async move {
            let Some(subscriber) = holder(&mut tx, id).await? else {
                return Ok(None);
            };
            let event = Event::new("subscriber.download", Subject::Subscriber(subscriber.id));
            events::record(&mut tx, origin, event).await?;
            Ok(Some(everything(&mut tx, service, &subscriber).await?))
        })
        .await
}

/// Everything that is kept about a subscriber, as JSON.
pub(crate) async fn everything(tx: &mut Tx, service: &Service, subscriber: &Subscriber) -> Result<Value, store::Error> {
    let suppressions = match &subscriber.address {
        Some(address) => suppressions::in_force(tx, &service.keys.suppression_hash(address)).await?,
        None => Vec::new(),
    };
    let mut subscriptions = Vec::new();
    for own in lists_of(tx, subscriber).await? {
        let pauses = pauses::of_subscription(tx, own.subscription.id).await?;
        subscriptions.push(json!({
            "list": own.list.settings.public_name,
            "state": own.subscription.state,
            "asked_at": time(own.subscription.created_at),
            "joined_at": own.subscription.joined_at.map(time),
            "left_at": own.subscription.left_at.map(time),
            "left_by": own.subscription.left_reason,
            "chosen_cadence": own.subscription.cadence,
            "chosen_topics": own.subscription.topics,
            "pauses": pauses.iter().map(|pause| json!({
                "from": time(pause.from),
                "until": time(pause.until),
            })).collect::<Vec<_>>(),
        }));
    }
    Ok(json!({
        "address": subscriber.address,
        "name": subscriber.name,
        "language": subscriber.language,
        "attributes": subscriber.attributes,
        "source": subscriber.source,
        "since": time(subscriber.created_at),
        "subscriptions": subscriptions,
        "consents": signups::of_subscriber(tx, subscriber.id).await?.iter().map(|signup| json!({
            "agreed_to": service.wordings.text(signup.wording),
            "form": signup.form,
            "asked_cadence": signup.cadence,
            "page": signup.page,
            "asked_at": time(signup.requested_at),
            "asked_from": signup.requested_from,
            "confirmed_at": signup.confirmed_at.map(time),
            "confirmed_from": signup.confirmed_from,
        })).collect::<Vec<_>>(),
        "mails": messages::of_subscriber(tx, subscriber.id).await?.iter().map(|message| json!({
            "kind": message.kind,
            "outcome": message.outcome,
            "answer": answer(message.code, message.reply.as_deref(), message.reference.as_deref()),
            "written_at": time(message.created_at),
            "tried_at": message.tried_at.map(time),
        })).collect::<Vec<_>>(),
        "mailings": mailings(tx, subscriber.id).await?,
        "do_not_mail": suppressions.iter().map(|each| json!({
            "reason": each.reason,
            "note": each.note,
            "since": time(each.created_at),
        })).collect::<Vec<_>>(),
        "log": kept::log(tx, subscriber.id).await?.iter().map(|line| json!({
            "at": time(line.at),
            "what": line.action,
            "who": line.actor,
            "from": line.came_from,
        })).collect::<Vec<_>>(),
    }))
}

/// What was mailed to a subscriber, and what became of it.
async fn mailings(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Value>, store::Error> {
    let mut titles = HashMap::<MailingId, Vec<String>>::new();
    for post in kept::brought(tx, subscriber).await? {
        titles.entry(post.mailing_id).or_default().push(post.title);
    }
    let deliveries = kept::deliveries(tx, subscriber).await?.into_iter();
    let mailings = deliveries.map(|delivery| {
        json!({
            "mailing": delivery.mailing_id,
            "list": delivery.list,
            "kind": delivery.kind,
            "due_at": time(delivery.send_at),
            "posts": titles.remove(&delivery.mailing_id).unwrap_or_default(),
            "outcome": delivery.outcome,
            "answer": answer(delivery.code, delivery.reply.as_deref(), delivery.reference.as_deref()),
            "tried_at": delivery.tried_at.map(|at| time(at.into())),
        })
    });
    Ok(mailings.collect())
}

/// What the mail provider answered last, and its own name for the mail.
fn answer(code: Option<i64>, reply: Option<&str>, reference: Option<&str>) -> Value {
    json!({ "code": code, "text": reply, "reference": reference })
}

fn time(at: Millis) -> String {
    at.to_string()
}
