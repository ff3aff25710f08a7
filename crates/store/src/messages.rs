//! Mails that are not a mailing's, and what became of them.

use domain::{
    EmailAddress, ListId, MessageId, Millis, PostId, RelayId, SignupId, SubscriberId,
    message::{Kind, Outcome},
};
use uuid::Uuid;

use crate::{Result, Tx, column::Maybe, dialect::on, error::unreadable};

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct NewMessage<'a> {
    /// What it is for.
    pub kind: Kind,
    /// The list in whose name it is sent.
    pub list: ListId,
    /// Who it is for; none for a report to staff.
    pub subscriber: Option<SubscriberId>,
    /// The sign-up that a confirmation is about.
    pub signup: Option<SignupId>,
    /// What its links are about: the subscription, the access link, the mailing, the feed.
    pub subject: Uuid,
    /// The post that a welcome brings.
    pub post: Option<PostId>,
    /// What a report says, as JSON.
    pub report: Option<String>,
    /// Where it goes.
    pub address: &'a EmailAddress,
}

/// A mail and what became of it so far.
#[derive(Debug, Clone)]
pub struct Message {
    /// Names it, and its Message-ID.
    pub id: MessageId,
    /// What it is for.
    pub kind: Kind,
    /// The list in whose name it is sent.
    pub list: ListId,
    /// Who it is for; none for a report to staff.
    pub subscriber: Option<SubscriberId>,
    /// The sign-up that a confirmation is about.
    pub signup: Option<SignupId>,
    /// What its links are about.
    pub subject: Uuid,
    /// The post that a welcome brings.
    pub post: Option<PostId>,
    /// What a report says, as JSON.
    pub report: Option<String>,
    /// Where it goes; none once it was erased.
    pub address: Option<EmailAddress>,
    /// What became of it.
    pub outcome: Outcome,
    /// How often it was tried.
    pub attempts: i64,
    /// The code of the relay's last answer.
    pub code: Option<i64>,
    /// What the last try was answered, or why there was none.
    pub reply: Option<String>,
    /// The relay's own name for the mail.
    pub reference: Option<String>,
    /// When it was written down.
    pub created_at: Millis,
    /// When it was first tried.
    pub first_tried_at: Option<Millis>,
    /// When it was last tried.
    pub tried_at: Option<Millis>,
}

/// What a try came to.
#[derive(Debug, Clone, Default)]
pub struct Try<'a> {
    /// Whether a relay was asked about this mail, and answered or took its content.
    pub counts: bool,
    /// The relay, where one was asked.
    pub relay: Option<RelayId>,
    /// Its answer's code.
    pub code: Option<u16>,
    /// Its answer's text, or why nobody was asked.
    pub reply: Option<&'a str>,
    /// Its own name for the mail.
    pub reference: Option<&'a str>,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    #[sqlx(try_from = "Uuid")]
    id: MessageId,
    #[sqlx(try_from = "String")]
    kind: Kind,
    #[sqlx(try_from = "Uuid")]
    list_id: ListId,
    #[sqlx(try_from = "Maybe<Uuid>")]
    subscriber_id: Option<SubscriberId>,
    signup_id: Option<Uuid>,
    subject_id: Uuid,
    #[sqlx(try_from = "Maybe<Uuid>")]
    post_id: Option<PostId>,
    report: Option<String>,
    address: Option<String>,
    #[sqlx(try_from = "String")]
    outcome: Outcome,
    attempts: i64,
    code: Option<i64>,
    reply: Option<String>,
    reference: Option<String>,
    #[sqlx(try_from = "i64")]
    created_at: Millis,
    first_tried_at: Option<i64>,
    tried_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Message> {
        Ok(Message {
            id: self.id,
            kind: self.kind,
            list: self.list_id,
            subscriber: self.subscriber_id,
            signup: self.signup_id.map(Into::into),
            subject: self.subject_id,
            post: self.post_id,
            report: self.report,
            address: self
                .address
                .map(TryInto::try_into)
                .transpose()
                .map_err(unreadable::<domain::AddressError>)?,
            outcome: self.outcome,
            attempts: self.attempts,
            code: self.code,
            reply: self.reply,
            reference: self.reference,
            created_at: self.created_at,
            first_tried_at: self.first_tried_at.map(Into::into),
            tried_at: self.tried_at.map(Into::into),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, kind, list_id, subscriber_id, signup_id, subject_id, post_id, report, address, outcome, attempts,
                    code, reply, reference, created_at, first_tried_at, tried_at
             from message ",
            $rest
        )
    };
}

/// Writes a mail down that is to be sent.
///
/// # Errors
/// The database's.
pub async fn insert(tx: &mut Tx, new: &NewMessage<'_>) -> Result<MessageId> {
    let (id, now) = (tx.id::<MessageId>(), tx.now());
    on!(tx, c => sqlx::query(
        "insert into message (id, kind, list_id, subscriber_id, signup_id, subject_id, post_id, report, address, outcome,
                              attempts, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)",
    )
    .bind(id.get())
    .bind(new.kind.as_str())
    .bind(new.list.get())
    .bind(new.subscriber.map(SubscriberId::get))
    .bind(new.signup.map(SignupId::get))
    .bind(new.subject)
    .bind(new.post.map(PostId::get))
    .bind(&new.report)
    .bind(new.address.as_str())
    .bind(Outcome::Pending.as_str())
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(id)
}

/// The mail of that id.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: MessageId) -> Result<Option<Message>> {
    on!(tx, c => sqlx::query_as(select!("where id = $1")).bind(id.get()).fetch_optional(c).await)?
        .map(Row::read)
        .transpose()
}

/// All mails to a subscriber, the oldest first.
///
/// # Errors
/// The database's.
pub async fn of_subscriber(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Message>> {
    on!(tx, c => sqlx::query_as(select!("where subscriber_id = $1 order by id"))
        .bind(subscriber.get())
        .fetch_all(c)
        .await)?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// How many mails of that kind were written for an address since a moment, without those that were caught.
///
/// # Errors
/// The database's.
pub async fn count(tx: &mut Tx, address: &EmailAddress, kind: Kind, since: Millis) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(
        "select count(*) from message where address = $1 and kind = $2 and created_at >= $3 and outcome <> 'caught'",
    )
    .bind(address.as_str())
    .bind(kind.as_str())
    .bind(since.get())
    .fetch_one(c)
    .await)?)
}

/// Writes down what a try came to. A last outcome stays.
///
/// # Errors
/// The database's.
pub async fn record(tx: &mut Tx, id: MessageId, outcome: Outcome, tried: &Try<'_>) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "update message
         set outcome = $2, relay_id = coalesce($3, relay_id), code = $4, reply = $5, reference = $6,
             attempts = attempts + $7, first_tried_at = coalesce(first_tried_at, $8), tried_at = coalesce($8, tried_at)
         where id = $1 and outcome not in ('accepted', 'refused', 'withheld', 'expired', 'caught')",
    )
    .bind(id.get())
    .bind(outcome.as_str())
    .bind(tried.relay.map(RelayId::get))
    .bind(tried.code.map(i64::from))
    .bind(tried.reply)
    .bind(tried.reference)
    .bind(i64::from(tried.counts))
    .bind(tried.counts.then_some(now.get()))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Says what a mail waits for.
///
/// # Errors
/// The database's.
pub async fn explain(tx: &mut Tx, id: MessageId, reason: &str) -> Result<()> {
    on!(tx, c => sqlx::query("update message set reply = $2 where id = $1 and (reply is null or reply <> $2)")
        .bind(id.get())
        .bind(reason)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Deletes the mails that a sign-up caused.
///
/// # Errors
/// The database's.
pub async fn delete_of_signup(tx: &mut Tx, signup: SignupId) -> Result<()> {
    on!(tx, c => sqlx::query("delete from message where signup_id = $1").bind(signup.get()).execute(c).await.map(drop))?;
    Ok(())
}

/// Takes an erased address out of its mails, with the answers that may repeat it; what has not left never will.
///
/// # Errors
/// The database's.
pub async fn erase(tx: &mut Tx, subscriber: SubscriberId, address: &EmailAddress) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update message
         set address = null, reply = null,
             outcome = case when outcome in ('accepted', 'refused', 'expired', 'caught') then outcome else 'withheld' end
         where subscriber_id = $1 or address = $2",
    )
    .bind(subscriber.get())
    .bind(address.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The posts that welcomes brought to readers of a list after one and up to another, and what became of each.
///
/// # Errors
/// The database's.
pub async fn posts_welcomed_with(
    tx: &mut Tx,
    list: ListId,
    (after, last): (Option<SubscriberId>, SubscriberId),
) -> Result<Vec<(SubscriberId, PostId, Outcome)>> {
    let rows: Vec<(Uuid, Uuid, String)> = on!(tx, c => sqlx::query_as(
        "select subscriber_id, post_id, outcome from message
         where list_id = $1 and subscriber_id > $2 and subscriber_id <= $3 and post_id is not null",
    )
    .bind(list.get())
    .bind(after.map_or(Uuid::nil(), SubscriberId::get))
    .bind(last.get())
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(subscriber, post, outcome)| {
            let outcome = outcome.parse().map_err(unreadable::<domain::UnknownWord>)?;
            Ok((subscriber.into(), post.into(), outcome))
        })
        .collect()
}
