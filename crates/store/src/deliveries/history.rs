//! What one reader was sent, and what they were not sent and why.

use domain::{
    ListId, MailingId, Millis, SubscriberId,
    mailing::{ExclusionReason, Kind, Outcome},
};
use uuid::Uuid;

use crate::{Result, Tx, column::Maybe, dialect::on};

/// One mailing in the life of one reader: it has an outcome, or a reason why it was not for them.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Passage {
    /// The mailing.
    #[sqlx(rename = "mailing_id", try_from = "Uuid")]
    pub mailing: MailingId,
    /// The list that it went to.
    #[sqlx(rename = "list_id", try_from = "Uuid")]
    pub list: ListId,
    /// What it brought.
    #[sqlx(try_from = "String")]
    pub kind: Kind,
    /// When it was made.
    #[sqlx(try_from = "i64")]
    pub created_at: Millis,
    /// The outcome so far; none for whoever was left out.
    #[sqlx(try_from = "Maybe<String>")]
    pub outcome: Option<Outcome>,
    /// Why the reader was left out; none for whoever was not.
    #[sqlx(rename = "reason", try_from = "Maybe<String>")]
    pub exclusion: Option<ExclusionReason>,
    /// How often it was tried.
    pub attempts: i64,
    /// The code of the relay's last answer.
    pub code: Option<i64>,
    /// The relay's words, when it did not accept.
    pub reply: Option<String>,
    /// When it was last tried.
    #[sqlx(try_from = "Maybe<i64>")]
    pub tried_at: Option<Millis>,
    /// When it is tried again.
    #[sqlx(try_from = "Maybe<i64>")]
    pub next_try_at: Option<Millis>,
}

/// The mailings that were for a reader or left them out, before an id, the latest first.
///
/// # Errors
/// The database's.
pub async fn of_subscriber(
    tx: &mut Tx,
    subscriber: SubscriberId,
    before: Option<MailingId>,
    most: u32,
) -> Result<Vec<Passage>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select h.mailing_id, m.list_id, m.kind, m.created_at, h.outcome, h.reason, h.attempts, h.code, h.reply,
                h.tried_at, h.next_try_at
         from (
             select mailing_id, outcome, null as reason, attempts, code, reply, tried_at, next_try_at
             from delivery where subscriber_id = $1 and mailing_id < $2
             union all
             select mailing_id, null, reason, 0, null, null, null, null
             from exclusion where subscriber_id = $1 and mailing_id < $2
         ) h join mailing m on m.id = h.mailing_id
         order by h.mailing_id desc limit $3",
    )
    .bind(subscriber.get())
    .bind(before.map_or(Uuid::max(), MailingId::get))
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?)
}
