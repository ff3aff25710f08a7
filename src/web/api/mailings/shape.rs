//! Mailings and their deliveries as JSON.

use std::collections::BTreeMap;

use domain::{
    EmailAddress, ListId, MailingId, SubscriberId,
    mailing::{ExclusionReason, Kind, Occasion, Outcome, State},
};
use jiff::Timestamp;
use serde::Serialize;
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
    #[schema(value_type = words::MailingState)]
    state: State,
    /// Why it waits or is paused.
    #[schema(required)]
    reason: Option<String>,
    /// Who asked for it.
    #[schema(example = "token:website")]
    requested_by: String,
    created_at: Timestamp,
    /// Before this moment nothing of it leaves.
    send_at: Timestamp,
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
    /// What it brings.
    posts: Vec<Post>,
    /// How many confirmed readers of the list were left out, by reason.
    #[schema(value_type = BTreeMap<String, i64>)]
    exclusions: BTreeMap<&'static str, i64>,
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
            state: mailing.state,
            reason: mailing.reason,
            requested_by: mailing.requested_by,
            created_at: mailing.created_at.timestamp(),
            send_at: mailing.send_at.timestamp(),
            finished_at: mailing.finished_at.map(|at| at.timestamp()),
            counts: mailing.counters.into(),
        }
    }
}

impl FullMailing {
    /// A mailing with what it brings, and whom it left out.
    pub fn new(
        mailing: mailings::Mailing,
        posts: Vec<store::posts::Post>,
        exclusions: Vec<(ExclusionReason, i64)>,
    ) -> Self {
        Self {
            mailing: mailing.into(),
            posts: posts.into_iter().map(Into::into).collect(),
            exclusions: exclusions
                .into_iter()
                .map(|(reason, count)| (reason.as_str(), count))
                .collect(),
        }
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
        }
    }
}

impl Delivery {
    /// A delivery as somebody may see it.
    pub fn new(delivery: deliveries::Delivery, may_see_people: bool) -> Self {
        Self {
            n: delivery.n,
            subscriber: delivery.subscriber,
            address: delivery.address.filter(|_| may_see_people),
            outcome: delivery.outcome,
            attempts: delivery.attempts,
            code: delivery.code,
            reply: delivery.reply.filter(|_| may_see_people),
            reference: delivery.reference,
            tried_at: delivery.tried_at.map(|at| at.timestamp()),
            next_try_at: delivery.next_try_at.map(|at| at.timestamp()),
        }
    }
}
