//! Subscriptions: one subscriber on one list.

use domain::{
    Cadence, ListId, ListKey, Millis, SubscriberId, SubscriptionId, Topics,
    subscription::{LeaveReason, State},
};
use uuid::Uuid;

use crate::{Result, Tx, column::Maybe, dialect::on, error::unreadable};

mod change;
mod count;

pub use change::{ask_again, give_up, insert, join, leave, set_cadence, set_topics, undo_leaving};
pub use count::{any_at, count_by_cadence, count_by_state, count_on};

/// One subscriber on one list.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// Names it.
    pub id: SubscriptionId,
    /// The list.
    pub list: ListId,
    /// The list's short name.
    pub list_key: ListKey,
    /// The subscriber.
    pub subscriber: SubscriberId,
    /// Where it stands.
    pub state: State,
    /// How often its reader wants the list; as the list has it, unless they chose.
    pub cadence: Option<Cadence>,
    /// What its reader wants to read about; everything, unless they chose.
    pub topics: Option<Topics>,
    /// When it was first asked for.
    pub created_at: Millis,
    /// When its reader joined; none while they have to confirm first.
    pub joined_at: Option<Millis>,
    /// When its reader last left.
    pub left_at: Option<Millis>,
    /// How they left.
    pub left_reason: Option<LeaveReason>,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    #[sqlx(try_from = "Uuid")]
    id: SubscriptionId,
    #[sqlx(try_from = "Uuid")]
    list_id: ListId,
    #[sqlx(try_from = "String")]
    list_key: ListKey,
    #[sqlx(try_from = "Uuid")]
    subscriber_id: SubscriberId,
    #[sqlx(try_from = "String")]
    state: State,
    #[sqlx(try_from = "Maybe<String>")]
    cadence: Option<Cadence>,
    #[sqlx(try_from = "Maybe<String>")]
    topics: Option<Topics>,
    #[sqlx(try_from = "i64")]
    created_at: Millis,
    joined_at: Option<i64>,
    left_at: Option<i64>,
    left_reason: Option<String>,
}

impl Row {
    fn read(self) -> Result<Subscription> {
        Ok(Subscription {
            id: self.id,
            list: self.list_id,
            list_key: self.list_key,
            subscriber: self.subscriber_id,
            state: self.state,
            cadence: self.cadence,
            topics: self.topics,
            created_at: self.created_at,
            joined_at: self.joined_at.map(Into::into),
            left_at: self.left_at.map(Into::into),
            left_reason: self
                .left_reason
                .map(TryInto::try_into)
                .transpose()
                .map_err(unreadable::<domain::UnknownWord>)?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select s.id, s.list_id, l.key as list_key, s.subscriber_id, s.state, s.cadence, s.topics, s.created_at,
                    s.joined_at, s.left_at, s.left_reason
             from subscription s join list l on l.id = s.list_id ",
            $rest
        )
    };
}

/// The subscription of that id.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: SubscriptionId) -> Result<Option<Subscription>> {
    on!(tx, c => sqlx::query_as(select!("where s.id = $1")).bind(id.get()).fetch_optional(c).await)?
        .map(Row::read)
        .transpose()
}

/// The subscription of a subscriber to a list.
///
/// # Errors
/// The database's.
pub async fn find_on(tx: &mut Tx, subscriber: SubscriberId, list: ListId) -> Result<Option<Subscription>> {
    on!(tx, c => sqlx::query_as(select!("where s.subscriber_id = $1 and s.list_id = $2"))
        .bind(subscriber.get())
        .bind(list.get())
        .fetch_optional(c)
        .await)?
    .map(Row::read)
    .transpose()
}

/// All subscriptions of a subscriber, by the lists' short names.
///
/// # Errors
/// The database's.
pub async fn of_subscriber(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Subscription>> {
    on!(tx, c => sqlx::query_as(select!("where s.subscriber_id = $1 order by l.key"))
        .bind(subscriber.get())
        .fetch_all(c)
        .await)?
    .into_iter()
    .map(Row::read)
    .collect()
}
