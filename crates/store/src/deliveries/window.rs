//! The next few deliveries of a chunk, with everything that decides about them as it is now.

use domain::{MailingId, Millis, SubscriberId, SubscriptionId, mailing::Outcome};
use sqlx::FromRow;
use uuid::Uuid;

use super::freeze::suppressed;
use crate::{Result, Tx, column::Maybe, dialect::on};

/// A delivery that may leave now, unless its reader must not be mailed.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Due {
    /// Its number in the mailing.
    pub n: i64,
    /// Whom it is for.
    #[sqlx(rename = "subscriber_id", try_from = "Uuid")]
    pub subscriber: SubscriberId,
    /// The subscription that it is owed to.
    #[sqlx(rename = "subscription_id", try_from = "Uuid")]
    pub subscription: SubscriptionId,
    /// Which content it brings.
    pub edition: i64,
    /// The outcome so far.
    #[sqlx(try_from = "String")]
    pub outcome: Outcome,
    /// How often it was tried.
    pub attempts: i64,
    /// The code of the relay's last answer.
    pub code: Option<i64>,
    /// When it was first tried.
    #[sqlx(try_from = "Maybe<i64>")]
    pub first_tried_at: Option<Millis>,
    /// Where it goes, in canonical form; none after erasure.
    pub address: Option<String>,
    /// Whether its reader is on the list and has not paused it, and the address may be mailed.
    pub wanted: bool,
}

macro_rules! due {
    ($which:literal) => {
        concat!(
            "select d.n, d.subscriber_id, d.subscription_id, d.edition, d.outcome, d.attempts, d.code, d.first_tried_at,
                    p.address,
                    s.state = 'confirmed'
                    and not exists (select 1 from pause u
                                    where u.subscription_id = s.id and u.from_at <= $5 and u.until_at > $5)
                    and not ",
            suppressed!(),
            " as wanted
             from delivery d
             join subscription s on s.id = d.subscription_id
             join subscriber p on p.id = d.subscriber_id
             where d.mailing_id = $1 and d.n >= $2 and d.n <= $3 and ",
            $which,
            " order by d.n limit $4"
        )
    };
}

/// The first deliveries of a range that were not tried yet.
///
/// # Errors
/// The database's.
pub async fn pending(tx: &mut Tx, mailing: MailingId, (from, to): (i64, i64), most: u32) -> Result<Vec<Due>> {
    let now = tx.now();
    Ok(on!(tx, c => sqlx::query_as(due!("d.outcome = 'pending'"))
        .bind(mailing.get())
        .bind(from)
        .bind(to)
        .bind(i64::from(most))
        .bind(now.get())
        .fetch_all(c)
        .await)?)
}

/// The first deliveries of a range that are to be tried again by now.
///
/// # Errors
/// The database's.
pub async fn retries(tx: &mut Tx, mailing: MailingId, (from, to): (i64, i64), most: u32) -> Result<Vec<Due>> {
    let now = tx.now();
    Ok(on!(tx, c => sqlx::query_as(due!("d.next_try_at <= $5"))
        .bind(mailing.get())
        .bind(from)
        .bind(to)
        .bind(i64::from(most))
        .bind(now.get())
        .fetch_all(c)
        .await)?)
}

/// When the next delivery of a range is tried again, if one is.
///
/// # Errors
/// The database's.
pub async fn earliest_retry(tx: &mut Tx, mailing: MailingId, (from, to): (i64, i64)) -> Result<Option<Millis>> {
    let at: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select min(next_try_at) from delivery where mailing_id = $1 and n >= $2 and n <= $3",
    )
    .bind(mailing.get())
    .bind(from)
    .bind(to)
    .fetch_one(c)
    .await)?;
    Ok(at.map(Into::into))
}

/// Whether any delivery of a mailing is to be tried again.
///
/// # Errors
/// The database's.
pub async fn has_retries(tx: &mut Tx, mailing: MailingId) -> Result<bool> {
    let one: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select n from delivery where mailing_id = $1 and next_try_at is not null limit 1",
    )
    .bind(mailing.get())
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}
