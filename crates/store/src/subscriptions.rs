//! Subscriptions: one subscriber on one list.

use domain::{
    Cadence, ListId, ListKey, Millis, SubscriberId, SubscriptionId, Topics,
    subscription::{LeaveReason, State},
};
use uuid::Uuid;

use crate::{
    Result, Tx,
    column::{Maybe, json_text},
    dialect::on,
    error::unreadable,
    pauses,
};

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

/// How many subscriptions of a list are in which state; states without any are left out.
///
/// # Errors
/// The database's.
pub async fn count_by_state(tx: &mut Tx, list: ListId) -> Result<Vec<(State, i64)>> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
        "select state, count(*) from subscription where list_id = $1 group by state order by state",
    )
    .bind(list.get())
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(state, count)| Ok((state.parse().map_err(unreadable::<domain::UnknownWord>)?, count)))
        .collect()
}

/// Adds a subscription that its reader has to confirm.
///
/// # Errors
/// [`crate::Error::Taken`] when there is one, and the database's.
pub async fn insert(tx: &mut Tx, subscriber: SubscriberId, list: ListId) -> Result<SubscriptionId> {
    let (id, now) = (tx.id::<SubscriptionId>(), tx.now());
    on!(tx, c => sqlx::query(
        "insert into subscription (id, list_id, subscriber_id, state, created_at, version) values ($1, $2, $3, $4, $5, 1)",
    )
    .bind(id.get())
    .bind(list.get())
    .bind(subscriber.get())
    .bind(State::Pending.as_str())
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(id)
}

/// Has a reader who left confirm again. What they were owed before is owed no more.
///
/// # Errors
/// The database's.
pub async fn ask_again(tx: &mut Tx, id: SubscriptionId) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, joined_at = null, version = version + 1 where id = $1",
    )
    .bind(id.get())
    .bind(State::Pending.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The reader joins now. What they chose before they left, how often and which topics, holds again, because they would
/// choose it again; a pause of that time does not, because whoever joins wants mail.
///
/// # Errors
/// The database's.
pub async fn join(tx: &mut Tx, id: SubscriptionId) -> Result<()> {
    pauses::forget(tx, id).await?;
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, joined_at = $3, left_at = null, left_reason = null, version = version + 1
         where id = $1",
    )
    .bind(id.get())
    .bind(State::Confirmed.as_str())
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The reader leaves now, or is taken off.
///
/// # Errors
/// The database's.
pub async fn leave(tx: &mut Tx, id: SubscriptionId, reason: LeaveReason) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, left_at = $3, left_reason = $4, version = version + 1 where id = $1",
    )
    .bind(id.get())
    .bind(State::Unsubscribed.as_str())
    .bind(now.get())
    .bind(reason.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Takes leaving back, as if it had not been: for a reader who had joined.
///
/// # Errors
/// The database's.
pub async fn undo_leaving(tx: &mut Tx, id: SubscriptionId) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, left_at = null, left_reason = null, version = version + 1
         where id = $1 and joined_at is not null",
    )
    .bind(id.get())
    .bind(State::Confirmed.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Sets how often a reader wants the list; as the list has it, for none.
///
/// # Errors
/// The database's.
pub async fn set_cadence(tx: &mut Tx, id: SubscriptionId, cadence: Option<&Cadence>) -> Result<()> {
    on!(tx, c => sqlx::query("update subscription set cadence = $2, version = version + 1 where id = $1")
        .bind(id.get())
        .bind(cadence.map(Cadence::spelling))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Sets what a reader wants to read about; everything, for none.
///
/// # Errors
/// The database's.
pub async fn set_topics(tx: &mut Tx, id: SubscriptionId, topics: Option<&Topics>) -> Result<()> {
    on!(tx, c => sqlx::query("update subscription set topics = $2, version = version + 1 where id = $1")
        .bind(id.get())
        .bind(topics.map(json_text))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// How many confirmed readers of a list that are not paused chose which cadence; none stands for the list's own.
///
/// # Errors
/// The database's.
pub async fn count_by_cadence(tx: &mut Tx, list: ListId) -> Result<Vec<(Option<Cadence>, i64)>> {
    let now = tx.now();
    let rows: Vec<(Option<String>, i64)> = on!(tx, c => sqlx::query_as(
        "select s.cadence, count(*) from subscription s
         where s.list_id = $1 and s.state = 'confirmed'
           and not exists (select 1 from pause p
                           where p.subscription_id = s.id and p.from_at <= $2 and p.until_at > $2)
         group by s.cadence order by s.cadence",
    )
    .bind(list.get())
    .bind(now.get())
    .fetch_all(c)
    .await)?;
    let read = |text: Option<String>| text.as_deref().map(str::parse).transpose();
    rows.into_iter()
        .map(|(cadence, count)| {
            Ok((
                read(cadence).map_err(unreadable::<domain::cadence::CadenceError>)?,
                count,
            ))
        })
        .collect()
}

/// Whether any confirmed reader of a list, whose own cadence is `own`, is mailed at a cadence.
///
/// # Errors
/// The database's.
pub async fn any_at(tx: &mut Tx, list: ListId, own: &Cadence, cadence: &Cadence) -> Result<bool> {
    let one: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select cast(1 as bigint) from subscription
         where list_id = $1 and state = 'confirmed' and coalesce(cadence, $2) = $3 limit 1",
    )
    .bind(list.get())
    .bind(own.spelling())
    .bind(cadence.spelling())
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}

/// Gives up on a reader who never confirmed: one who had left before has left still, one who never joined is forgotten.
///
/// # Errors
/// The database's.
pub async fn give_up(tx: &mut Tx, id: SubscriptionId) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update subscription set state = $2, version = version + 1
         where id = $1 and state = $3 and left_at is not null",
    )
    .bind(id.get())
    .bind(State::Unsubscribed.as_str())
    .bind(State::Pending.as_str())
    .execute(c)
    .await
    .map(drop))?;
    on!(tx, c => sqlx::query(
        "delete from pause
         where subscription_id = $1
           and exists (select 1 from subscription where id = $1 and state = $2 and left_at is null)",
    )
    .bind(id.get())
    .bind(State::Pending.as_str())
    .execute(c)
    .await
    .map(drop))?;
    on!(tx, c => sqlx::query("delete from subscription where id = $1 and state = $2 and left_at is null")
        .bind(id.get())
        .bind(State::Pending.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// How many asked to be on a list, whatever became of it, and how many are on it. It counts rows: for small lists.
///
/// # Errors
/// The database's.
pub async fn count_on(tx: &mut Tx, list: ListId) -> Result<(i64, i64)> {
    Ok(on!(tx, c => sqlx::query_as(
        "select count(*), count(case when state = 'confirmed' then 1 end) from subscription where list_id = $1",
    )
    .bind(list.get())
    .fetch_one(c)
    .await)?)
}
