//! Subscribers as JSON.

use domain::{
    Cadence, EmailAddress, Label, ListId, ListKey, MailingId, SubscriberId, SubscriptionId, Topics,
    mailing::{ExclusionReason, Kind, Outcome},
    subscription::{LeaveReason, State},
    suppression::Reason,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use service::subscribers::Profile;
use store::{deliveries::Passage, subscribers, subscriptions, suppressions};
use utoipa::{
    ToSchema,
    openapi::schema::{Object, ObjectBuilder, SchemaType, Type},
};

use crate::web::api::{ListRef, words};

/// One person behind one address.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscriber {
    #[schema(value_type = Uuid)]
    id: SubscriberId,
    /// The address; null once they were erased.
    #[schema(required, value_type = Option<String>, format = Email, example = "ann@example.org")]
    address: Option<EmailAddress>,
    /// What they are called, as far as is known.
    #[schema(required)]
    name: Option<String>,
    /// What admins keep of them besides.
    #[schema(schema_with = flat_object)]
    attributes: Map<String, Value>,
    /// The language that they signed up in.
    #[schema(required)]
    language: Option<String>,
    /// Where the row came from: `form` or `admin`.
    #[schema(example = "form")]
    source: String,
    created_at: Timestamp,
    /// When everything about them was erased.
    #[schema(required)]
    erased_at: Option<Timestamp>,
    /// Counts the changes; a change names the version that it was made from.
    version: i64,
}

/// A subscriber with their lists, and with what keeps mail from them.
#[derive(Debug, Serialize, ToSchema)]
pub struct FullSubscriber {
    #[serde(flatten)]
    subscriber: Subscriber,
    /// One for each list that they are or were on.
    subscriptions: Vec<Subscription>,
    /// Why they must not be mailed; empty when they may.
    suppressions: Vec<Suppression>,
}

/// One subscriber on one list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscription {
    #[schema(value_type = Uuid)]
    id: SubscriptionId,
    #[schema(value_type = Uuid)]
    list: ListId,
    #[schema(value_type = String, example = "wellness")]
    list_key: ListKey,
    #[schema(value_type = words::SubscriptionState)]
    state: State,
    /// How often they chose to be mailed, as it is spelled; null for as often as the list is.
    #[schema(required, value_type = Option<String>, example = "weekly thu 09:00")]
    cadence: Option<Cadence>,
    /// What they chose to read about; null for everything.
    #[schema(required, value_type = Option<Vec<String>>)]
    topics: Option<Topics>,
    created_at: Timestamp,
    /// When they joined.
    #[schema(required)]
    joined_at: Option<Timestamp>,
    /// When they last left.
    #[schema(required)]
    left_at: Option<Timestamp>,
    /// How they left.
    #[schema(required, value_type = Option<words::LeaveReason>)]
    left_reason: Option<LeaveReason>,
}

/// Why an address must not be mailed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suppression {
    #[schema(value_type = words::SuppressionReason)]
    reason: Reason,
    /// What the admin who blocked it wrote beside it.
    #[schema(required, example = "asked on the telephone")]
    note: Option<String>,
    since: Timestamp,
}

/// Somebody who is to be on a list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubscriber {
    /// Their address.
    #[schema(value_type = String, format = Email, example = "ann@example.org")]
    pub address: EmailAddress,
    /// The id or the short name of the list.
    pub list: ListRef,
    /// What they are called.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Ann")]
    pub name: Option<Label>,
    /// What else is to be kept of them: a flat object.
    #[schema(schema_with = flat_object)]
    pub attributes: Option<Map<String, Value>>,
    /// True asks them by mail whether they want to be on the list; otherwise you vouch that they do, and they are on it
    /// at once.
    #[serde(default)]
    pub confirm: bool,
}

/// What is to be known of a subscriber.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubscriberChange {
    /// The version of the subscriber that the change was made from.
    pub version: i64,
    /// What they are called; what is left out is taken away.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Ann")]
    pub name: Option<Label>,
    /// What else is to be kept of them: a flat object.
    #[serde(default)]
    #[schema(schema_with = flat_object)]
    pub attributes: Map<String, Value>,
}

/// One mailing in the life of one reader: it has an outcome, or a reason why it was not for them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Received {
    #[schema(value_type = Uuid)]
    mailing: MailingId,
    #[schema(value_type = Uuid)]
    list: ListId,
    #[schema(value_type = words::MailingKind)]
    kind: Kind,
    created_at: Timestamp,
    /// The outcome so far; null for whoever was left out.
    #[schema(required, value_type = Option<words::Outcome>)]
    outcome: Option<Outcome>,
    /// Why they were left out; null for whoever was not.
    #[schema(required, value_type = Option<words::ExclusionReason>)]
    left_out: Option<ExclusionReason>,
    /// How often it was tried.
    attempts: i64,
    /// The code of the mail provider's last answer.
    #[schema(required)]
    code: Option<i64>,
    /// The mail provider's words, when it did not accept.
    #[schema(required)]
    reply: Option<String>,
    #[schema(required)]
    tried_at: Option<Timestamp>,
    #[schema(required)]
    next_try_at: Option<Timestamp>,
}

/// An object of plain values.
fn flat_object() -> Object {
    let plain = [Type::String, Type::Number, Type::Boolean, Type::Null];
    let plain = ObjectBuilder::new().schema_type(SchemaType::from_iter(plain));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(plain))
        .examples([json!({ "city": "Oslo", "visits": 3 })])
        .build()
}

impl From<subscribers::Subscriber> for Subscriber {
    fn from(subscriber: subscribers::Subscriber) -> Self {
        Self {
            id: subscriber.id,
            address: subscriber.address,
            name: subscriber.name,
            attributes: subscriber.attributes,
            language: subscriber.language,
            source: subscriber.source,
            created_at: subscriber.created_at.timestamp(),
            erased_at: subscriber.erased_at.map(|at| at.timestamp()),
            version: subscriber.version,
        }
    }
}

impl From<Profile> for FullSubscriber {
    fn from(profile: Profile) -> Self {
        Self {
            subscriber: profile.subscriber.into(),
            subscriptions: profile.subscriptions.into_iter().map(Into::into).collect(),
            suppressions: profile.suppressions.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<subscriptions::Subscription> for Subscription {
    fn from(subscription: subscriptions::Subscription) -> Self {
        Self {
            id: subscription.id,
            list: subscription.list,
            list_key: subscription.list_key,
            state: subscription.state,
            cadence: subscription.cadence,
            topics: subscription.topics,
            created_at: subscription.created_at.timestamp(),
            joined_at: subscription.joined_at.map(|at| at.timestamp()),
            left_at: subscription.left_at.map(|at| at.timestamp()),
            left_reason: subscription.left_reason,
        }
    }
}

impl From<suppressions::Suppression> for Suppression {
    fn from(suppression: suppressions::Suppression) -> Self {
        Self {
            reason: suppression.reason,
            note: suppression.note,
            since: suppression.created_at.timestamp(),
        }
    }
}

impl From<Passage> for Received {
    fn from(passage: Passage) -> Self {
        Self {
            mailing: passage.mailing,
            list: passage.list,
            kind: passage.kind,
            created_at: passage.created_at.timestamp(),
            outcome: passage.outcome,
            left_out: passage.exclusion,
            attempts: passage.attempts,
            code: passage.code,
            reply: passage.reply,
            tried_at: passage.tried_at.map(|at| at.timestamp()),
            next_try_at: passage.next_try_at.map(|at| at.timestamp()),
        }
    }
}
