//! What other tables keep about a subscriber besides their own: for a download of it, and for its erasure.

use domain::{EmailAddress, MailingId, Millis, SubscriberId};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// One mailing to the subscriber.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Delivery {
    /// The mailing.
    #[sqlx(try_from = "Uuid")]
    pub mailing_id: MailingId,
    /// The public name of the list that it went to.
    pub list: String,
    /// What it brought: an announcement or a digest.
    pub kind: String,
    /// When it was due.
    #[sqlx(try_from = "i64")]
    pub send_at: Millis,
    /// What became of it.
    pub outcome: String,
    /// The code of the relay's last answer.
    pub code: Option<i64>,
    /// The relay's words, when it did not accept.
    pub reply: Option<String>,
    /// The relay's own name for the mail.
    pub reference: Option<String>,
    /// When it was last tried, in milliseconds.
    pub tried_at: Option<i64>,
}

/// One line of the log about the subscriber.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Line {
    /// When.
    #[sqlx(try_from = "i64")]
    pub at: Millis,
    /// What was done.
    pub action: String,
    /// Who did it.
    pub actor: String,
    /// From which network address.
    pub came_from: Option<String>,
}

/// Every mailing to a subscriber, the oldest first.
///
/// # Errors
/// The database's.
pub async fn deliveries(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Delivery>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select d.mailing_id, l.public_name as list, m.kind, m.send_at, d.outcome, d.code, d.reply, d.reference, d.tried_at
         from delivery d join mailing m on m.id = d.mailing_id join list l on l.id = m.list_id
         where d.subscriber_id = $1 order by d.mailing_id",
    )
    .bind(subscriber.get())
    .fetch_all(c)
    .await)?)
}

/// A post in a mailing to the subscriber.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Brought {
    /// The mailing.
    #[sqlx(try_from = "Uuid")]
    pub mailing_id: MailingId,
    /// The post's title.
    pub title: String,
}

/// The posts that every mailing to a subscriber brought them, in their order, the oldest mailing first.
///
/// # Errors
/// The database's.
pub async fn brought(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Brought>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select d.mailing_id, p.title
         from delivery d
         join edition_post e on e.mailing_id = d.mailing_id and e.edition = d.edition
         join post p on p.id = e.post_id
         where d.subscriber_id = $1 order by d.mailing_id, e.position",
    )
    .bind(subscriber.get())
    .fetch_all(c)
    .await)?)
}

/// Every line of the log about a subscriber, the oldest first.
///
/// # Errors
/// The database's.
pub async fn log(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Line>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select at, action, actor, came_from from event where subscriber_id = $1 order by id",
    )
    .bind(subscriber.get())
    .fetch_all(c)
    .await)?)
}

/// Takes out of other tables what could tell who an erased subscriber was: relays' answers and kept answers of the API,
/// which may repeat the address, and where requests came from.
///
/// # Errors
/// The database's.
pub async fn erase(tx: &mut Tx, subscriber: SubscriberId, address: &EmailAddress) -> Result<()> {
    on!(tx, c => sqlx::query("update delivery set reply = null where subscriber_id = $1")
        .bind(subscriber.get())
        .execute(c)
        .await
        .map(drop))?;
    // Reasons are masked when they are written; these were written before that.
    on!(tx, c => sqlx::query("update mailing set reason = replace(reason, $1, $2) where reason like '%' || $1 || '%'")
        .bind(address.as_str())
        .bind(address.masked())
        .execute(c)
        .await
        .map(drop))?;
    on!(tx, c => sqlx::query("update event set came_from = null where subscriber_id = $1 and actor = 'reader'")
        .bind(subscriber.get())
        .execute(c)
        .await
        .map(drop))?;
    on!(tx, c => sqlx::query("delete from idempotency where answer like '%' || $1 || '%'")
        .bind(address.as_str())
        .execute(c)
        .await
        .map(drop))?;
    on!(tx, c => sqlx::query("update job set error = null where error like '%' || $1 || '%'")
        .bind(address.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
