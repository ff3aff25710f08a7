//! Deliveries: one mailing to one subscriber, numbered from 1 within the mailing.

use domain::{EmailAddress, MailingId, Millis, SubscriberId, SubscriptionId, mailing::Outcome};
use uuid::Uuid;

use crate::{Result, Tx, column::Maybe, dialect::on};

mod freeze;
mod history;
mod record;
mod window;

pub use freeze::{
    Candidate, NewDelivery, Passed, Step, candidates, deliver_to, leave_out, passed_between, pauses_between,
};
pub use history::{Passage, of_subscriber};
pub use record::{Outcomes, Tried, cancel_open, keep_answer, record};
pub use window::{Due, earliest_retry, has_retries, pending, retries};

/// A delivery without what tells who its reader is.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Delivery {
    /// Its number in the mailing.
    pub n: i64,
    /// Whom it is for.
    #[sqlx(rename = "subscriber_id", try_from = "Uuid")]
    pub subscriber: SubscriberId,
    /// The subscription that it is owed to.
    #[sqlx(rename = "subscription_id", try_from = "Uuid")]
    pub subscription: SubscriptionId,
    /// The outcome so far.
    #[sqlx(try_from = "String")]
    pub outcome: Outcome,
    /// How often it was tried.
    pub attempts: i64,
    /// The code of the relay's last answer.
    pub code: Option<i64>,
    /// The relay's own reference, when it accepted.
    pub reference: Option<String>,
    /// When it was last tried.
    #[sqlx(try_from = "Maybe<i64>")]
    pub tried_at: Option<Millis>,
    /// When it is tried again.
    #[sqlx(try_from = "Maybe<i64>")]
    pub next_try_at: Option<Millis>,
}

/// A delivery as admins see it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Addressed {
    /// How it went.
    #[sqlx(flatten)]
    pub delivery: Delivery,
    /// The reader's address; none after erasure.
    #[sqlx(try_from = "Maybe<String>")]
    pub address: Option<EmailAddress>,
    /// The relay's words, when it did not accept; they may repeat the address.
    pub reply: Option<String>,
}

/// Which deliveries of a mailing are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Only those with this outcome, where one is given.
    pub outcome: Option<Outcome>,
    /// Only those after this number.
    pub after: i64,
    /// The most.
    pub most: u32,
}

macro_rules! page {
    ($more:literal, $from:literal) => {
        concat!(
            "select d.n, d.subscriber_id, d.subscription_id, d.outcome, d.attempts, d.code, d.reference, d.tried_at,
                    d.next_try_at",
            $more,
            " from ",
            $from,
            " where d.mailing_id = $1 and d.n > $2 and ($3 is null or d.outcome = $3)
             order by d.n limit $4"
        )
    };
}

/// Deliveries of a mailing by their numbers.
///
/// # Errors
/// The database's.
pub async fn page(tx: &mut Tx, mailing: MailingId, asked: Asked) -> Result<Vec<Delivery>> {
    Ok(on!(tx, c => sqlx::query_as(page!("", "delivery d"))
        .bind(mailing.get())
        .bind(asked.after)
        .bind(asked.outcome.map(Outcome::as_str))
        .bind(i64::from(asked.most))
        .fetch_all(c)
        .await)?)
}

/// The same with the addresses of their readers.
///
/// # Errors
/// The database's.
pub async fn page_with_addresses(tx: &mut Tx, mailing: MailingId, asked: Asked) -> Result<Vec<Addressed>> {
    Ok(on!(tx, c => sqlx::query_as(page!(
        ", p.address, d.reply",
        "delivery d join subscriber p on p.id = d.subscriber_id"
    ))
    .bind(mailing.get())
    .bind(asked.after)
    .bind(asked.outcome.map(Outcome::as_str))
    .bind(i64::from(asked.most))
    .fetch_all(c)
    .await)?)
}

/// How many readers get each edition of a mailing, in the order of their numbers. It counts all rows of the mailing.
///
/// # Errors
/// The database's.
pub async fn count_by_edition(tx: &mut Tx, mailing: MailingId) -> Result<Vec<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select edition, count(*) from delivery where mailing_id = $1 group by edition order by edition",
    )
    .bind(mailing.get())
    .fetch_all(c)
    .await)?)
}

/// How many deliveries of a mailing have which outcome, counted row by row.
///
/// # Errors
/// The database's.
pub async fn count_by_outcome(tx: &mut Tx, mailing: MailingId) -> Result<Vec<(Outcome, i64)>> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
        "select outcome, count(*) from delivery where mailing_id = $1 group by outcome order by outcome",
    )
    .bind(mailing.get())
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(outcome, count)| {
            Ok((
                outcome
                    .parse()
                    .map_err(crate::error::unreadable::<domain::UnknownWord>)?,
                count,
            ))
        })
        .collect()
}
