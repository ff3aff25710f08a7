//! Mailings and their deliveries as JSON.

use std::collections::BTreeMap;

use domain::{
    EmailAddress, ListId, MailingId, PostId, SubscriberId,
    mailing::{ExclusionReason, Kind, Occasion, Outcome, State},
    rules::Deadline,
};
use jiff::Timestamp;
use mail::render::Content;
use serde::Serialize;
use service::mailings::EditionReaders;
use store::{
    deliveries,
    mailings::{self, Counters},
};
use utoipa::ToSchema;

use crate::web::api::{posts::Post, words};

/// One sending to one list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Mailing {
    #[schema(value_type = Uuid)]
    id: MailingId,
    #[schema(value_type = Uuid)]
    list: ListId,
    #[schema(value_type = words::MailingKind)]
    kind: Kind,
    /// What made it due.
    #[schema(value_type = words::Occasion)]
    occasion: Occasion,
    /// Whose readers it is for: those who are mailed at this cadence, or with `asked` all who did not choose to be mailed
    /// less often than the list is.
    #[schema(example = "weekly thu 09:00")]
    audience: String,
    /// Whether it goes to those as well who chose to be mailed less often than the list is.
    also_slower: bool,
    /// Whether it goes to those as well who had its posts.
    again: bool,
    #[schema(value_type = words::MailingState)]
    state: State,
    /// Why it waits or is paused; addresses in it are masked.
    #[schema(required)]
    reason: Option<String>,
    /// Who asked for it.
    #[schema(example = "token:website")]
    requested_by: String,
    created_at: Timestamp,
    /// Before this moment nothing of it leaves.
    send_at: Timestamp,
    /// Until when a draft waits for somebody to approve it; null for one that waits for ever.
    #[schema(required)]
    approve_by: Option<Timestamp>,
    /// What happens to a draft then.
    #[schema(required, value_type = Option<words::Deadline>)]
    on_deadline: Option<Deadline>,
    /// When its last delivery had its last outcome, or it was cancelled.
    #[schema(required)]
    finished_at: Option<Timestamp>,
    counts: MailingCounts,
}

/// A mailing with what it brings, and whom it left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct FullMailing {
    #[serde(flatten)]
    mailing: Mailing,
    /// What it brings to anybody; before its readers are chosen, what one of the first 5,000 would get. One that is over and
    /// brought nothing shows what it was for.
    posts: Vec<Post>,
    /// Who gets how much of it, where not all readers get the same; empty where they do.
    editions: Vec<MailingEdition>,
    /// How many confirmed readers of the list were left out, by reason.
    #[schema(value_type = BTreeMap<String, i64>)]
    exclusions: BTreeMap<&'static str, i64>,
}

/// One of several contents of a mailing.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailingEdition {
    /// Its number in the mailing, from 0.
    number: i64,
    /// The posts that it brings.
    #[schema(value_type = Vec<Uuid>)]
    posts: Vec<PostId>,
    /// How many readers get it.
    deliveries: i64,
}

/// A mail as its readers get it; their own links lead to the public address.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailPreview {
    subject: String,
    /// The plain text.
    text: String,
    /// The whole HTML document.
    html: String,
}

/// How many of a mailing's candidates became what.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailingCounts {
    /// Confirmed readers of the list when it was made: deliveries and exclusions.
    candidates: i64,
    /// Those who are to get it.
    deliveries: i64,
    /// Those who are not, for a reason.
    excluded: i64,
    /// Not tried yet.
    pending: i64,
    /// Taken by the mail provider.
    accepted: i64,
    /// Put off by the mail provider; tried again.
    deferred: i64,
    /// Refused by the mail provider.
    refused: i64,
    /// May have arrived: the connection broke at the end.
    unknown: i64,
    /// Held back because the reader left or must not be mailed.
    withheld: i64,
    /// Put off for too long.
    expired: i64,
    /// Called off.
    cancelled: i64,
    /// Taken by the mail catcher, before there was a mail provider; they reached nobody.
    caught: i64,
}

/// One mailing to one subscriber.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Its number in the mailing.
    n: i64,
    #[schema(value_type = Uuid)]
    subscriber: SubscriberId,
    /// The address; only admins see it, and nobody after erasure.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Email)]
    address: Option<EmailAddress>,
    #[schema(value_type = words::Outcome)]
    outcome: Outcome,
    /// How often it was tried.
    attempts: i64,
    /// The code of the mail provider's last answer.
    #[schema(required)]
    code: Option<i64>,
    /// The mail provider's words, when it did not accept; only admins see them, because they may repeat the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    /// The mail provider's own reference, when it accepted.
    #[schema(required)]
    reference: Option<String>,
    #[schema(required)]
    tried_at: Option<Timestamp>,
    #[schema(required)]
    next_try_at: Option<Timestamp>,
}

impl From<mailings::Mailing> for Mailing {
    fn from(mailing: mailings::Mailing) -> Self {
        Self {
            id: mailing.id,
            list: mailing.list,
            kind: mailing.kind,
            occasion: mailing.occasion,
            audience: mailing.audience.to_string(),
            also_slower: mailing.also_slower,
            again: mailing.again,
            state: mailing.state,
            reason: mailing.reason,
            requested_by: mailing.requested_by,
            created_at: mailing.created_at.timestamp(),
            send_at: mailing.send_at.timestamp(),
            approve_by: mailing.approve_by.map(|at| at.timestamp()),
            on_deadline: mailing.on_deadline,
            finished_at: mailing.finished_at.map(|at| at.timestamp()),
            counts: mailing.counters.into(),
        }
    }
}

impl FullMailing {
    /// A mailing with what it brings, and whom it left out.
    pub fn new(
        mailing: mailings::Mailing,
        (posts, editions): (Vec<store::posts::Post>, Vec<EditionReaders>),
        exclusions: Vec<(ExclusionReason, i64)>,
    ) -> Self {
        Self {
            mailing: mailing.into(),
            posts: posts.into_iter().map(Into::into).collect(),
            editions: editions.into_iter().map(Into::into).collect(),
            exclusions: exclusions
                .into_iter()
                .map(|(reason, count)| (reason.as_str(), count))
                .collect(),
        }
    }
}

impl From<EditionReaders> for MailingEdition {
    fn from(edition: EditionReaders) -> Self {
        Self {
            number: edition.number,
            posts: edition.posts,
            deliveries: edition.deliveries,
        }
    }
}

impl From<Content> for MailPreview {
    fn from(Content { subject, text, html }: Content) -> Self {
        Self { subject, text, html }
    }
}

impl From<Counters> for MailingCounts {
    fn from(counters: Counters) -> Self {
        Self {
            candidates: counters.candidates,
            deliveries: counters.deliveries,
            excluded: counters.excluded,
            pending: counters.pending(),
            accepted: counters.accepted,
            deferred: counters.deferred,
            refused: counters.refused,
            unknown: counters.uncertain,
            withheld: counters.withheld,
            expired: counters.expired,
            cancelled: counters.cancelled,
            caught: counters.caught,
        }
    }
}

impl From<deliveries::Delivery> for Delivery {
    fn from(delivery: deliveries::Delivery) -> Self {
        Self {
            n: delivery.n,
            subscriber: delivery.subscriber,
            address: None,
            outcome: delivery.outcome,
            attempts: delivery.attempts,
            code: delivery.code,
            reply: None,
            reference: delivery.reference,
            tried_at: delivery.tried_at.map(|at| at.timestamp()),
            next_try_at: delivery.next_try_at.map(|at| at.timestamp()),
        }
    }
}

impl From<deliveries::Addressed> for Delivery {
    fn from(found: deliveries::Addressed) -> Self {
        Self {
            address: found.address,
            reply: found.reply,
            ..found.delivery.into()
        }
    }
}
