//! Copying a list's readers into a mailing, a few thousand at a time: reading what decides about each, and writing what
//! was decided.

use std::collections::HashMap;

use domain::{
    Cadence, ListId, MailingId, Millis, SubscriberId, SubscriptionId, Topics,
    mailing::{Audience, ExclusionReason, Outcome},
    owed::Pause,
};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Result, Tx,
    column::Maybe,
    dialect::on,
    pauses,
    rows::{Shape, powers_of_two},
};

/// What one step added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Confirmed subscriptions of the mailing's audience in the step's range.
    pub candidates: i64,
    /// Those that became deliveries.
    pub deliveries: i64,
    /// Those that were left out for a reason.
    pub excluded: i64,
}

/// A confirmed reader of a list, with what decides about them.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Candidate {
    /// Who.
    #[sqlx(rename = "subscriber_id", try_from = "Uuid")]
    pub subscriber: SubscriberId,
    /// Their subscription.
    #[sqlx(rename = "id", try_from = "Uuid")]
    pub subscription: SubscriptionId,
    /// When they joined.
    #[sqlx(try_from = "i64")]
    pub joined_at: Millis,
    /// How often they want the list; as the list has it, unless they chose.
    #[sqlx(try_from = "Maybe<String>")]
    pub cadence: Option<Cadence>,
    /// What they want to read about.
    #[sqlx(try_from = "Maybe<String>")]
    pub topics: Option<Topics>,
    /// Whether they were erased.
    pub is_erased: bool,
    /// Whether their address must not be mailed.
    pub is_suppressed: bool,
}

macro_rules! suppressed {
    () => {
        "exists (select 1 from suppression x where x.address_hash = p.address_hash and x.lifted_at is null)"
    };
}
pub(super) use suppressed;

/// The next readers of a list, at most `most`, who had joined by `as_of` and belong to the audience, in the order of
/// their ids.
///
/// # Errors
/// The database's.
pub async fn candidates(
    tx: &mut Tx,
    (list, own): (ListId, &Cadence),
    audience: &Audience,
    (as_of, after): (Millis, Option<SubscriberId>),
    most: i64,
) -> Result<Vec<Candidate>> {
    let cadence = match audience {
        Audience::Cadence(cadence) => Some(cadence.spelling()),
        Audience::Asked => None,
    };
    Ok(on!(tx, c => sqlx::query_as(concat!(
        "select s.subscriber_id, s.id, s.joined_at, s.cadence, s.topics, p.address is null as is_erased, ",
        suppressed!(),
        " as is_suppressed
         from subscription s join subscriber p on p.id = s.subscriber_id
         where s.list_id = $1 and s.state = 'confirmed' and s.subscriber_id > $2 and s.joined_at <= $3
           and ($4 is null or coalesce(s.cadence, $5) = $4)
         order by s.subscriber_id limit $6"
    ))
    .bind(list.get())
    .bind(after.map_or(Uuid::nil(), SubscriberId::get))
    .bind(as_of.get())
    .bind(cadence)
    .bind(own.spelling())
    .bind(most)
    .fetch_all(c)
    .await)?)
}

/// The pauses of a list's readers after one and up to another.
///
/// # Errors
/// The database's.
pub async fn pauses_between(
    tx: &mut Tx,
    list: ListId,
    (after, last): (Option<SubscriberId>, SubscriberId),
) -> Result<HashMap<SubscriptionId, Vec<Pause>>> {
    let rows: Vec<(Uuid, i64, i64)> = on!(tx, c => sqlx::query_as(
        "select p.subscription_id, p.from_at, p.until_at
         from pause p join subscription s on s.id = p.subscription_id
         where s.list_id = $1 and s.state = 'confirmed' and s.subscriber_id > $2 and s.subscriber_id <= $3",
    )
    .bind(list.get())
    .bind(after.map_or(Uuid::nil(), SubscriberId::get))
    .bind(last.get())
    .fetch_all(c)
    .await)?;
    let mut pauses = HashMap::<SubscriptionId, Vec<Pause>>::new();
    for (subscription, from, until) in rows {
        pauses
            .entry(subscription.into())
            .or_default()
            .push(pauses::read((from, until)));
    }
    Ok(pauses)
}

/// An edition that was for a reader before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Passed {
    /// Who.
    #[sqlx(rename = "subscriber_id", try_from = "Uuid")]
    pub subscriber: SubscriberId,
    /// The mailing.
    #[sqlx(rename = "mailing_id", try_from = "Uuid")]
    pub mailing: MailingId,
    /// The edition's number in it.
    pub edition: i64,
    /// What became of it.
    #[sqlx(try_from = "String")]
    pub outcome: Outcome,
}

/// Which editions of a list's mailings made since one were for readers after one and up to another, without what a mailing
/// was to bring that was cancelled before it was frozen.
///
/// # Errors
/// The database's.
pub async fn passed_between(
    tx: &mut Tx,
    (list, since): (ListId, MailingId),
    (after, last): (Option<SubscriberId>, SubscriberId),
) -> Result<Vec<Passed>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select d.subscriber_id, d.mailing_id, d.edition, d.outcome
         from delivery d join mailing m on m.id = d.mailing_id
         where d.subscriber_id > $1 and d.subscriber_id <= $2 and d.mailing_id >= $3 and m.list_id = $4
           and (m.state <> 'cancelled' or m.resumes_as is null)",
    )
    .bind(after.map_or(Uuid::nil(), SubscriberId::get))
    .bind(last.get())
    .bind(since.get())
    .bind(list.get())
    .fetch_all(c)
    .await)?)
}

/// A reader who gets a mailing.
#[derive(Debug, Clone, Copy)]
pub struct NewDelivery {
    /// Who.
    pub subscriber: SubscriberId,
    /// Their subscription.
    pub subscription: SubscriptionId,
    /// Which edition.
    pub edition: i64,
}

static DELIVERIES: Shape = Shape::new(
    "insert into delivery (mailing_id, n, subscriber_id, subscription_id, edition, outcome, attempts) values ",
    "($mailing_id, $n, $subscriber_id, $subscription_id, $edition, 'pending', 0)",
);

static EXCLUSIONS: Shape = Shape::new(
    "insert into exclusion (mailing_id, subscriber_id, reason) values ",
    "($mailing_id, $subscriber_id, $reason)",
);

/// Adds deliveries to a mailing, numbered on from `from_n`.
///
/// # Errors
/// The database's.
pub async fn deliver_to(tx: &mut Tx, mailing: MailingId, from_n: i64, readers: &[NewDelivery]) -> Result<()> {
    let mut n = from_n;
    for readers in powers_of_two(readers) {
        let statement = DELIVERIES.of(readers.len());
        on!(tx, c => {
            let mut query = sqlx::query(statement);
            for reader in readers {
                query = query
                    .bind(mailing.get())
                    .bind(n)
                    .bind(reader.subscriber.get())
                    .bind(reader.subscription.get())
                    .bind(reader.edition);
                n += 1;
            }
            query.execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Leaves readers out of a mailing, each for a reason.
///
/// # Errors
/// The database's.
pub async fn leave_out(tx: &mut Tx, mailing: MailingId, readers: &[(SubscriberId, ExclusionReason)]) -> Result<()> {
    for readers in powers_of_two(readers) {
        let statement = EXCLUSIONS.of(readers.len());
        on!(tx, c => {
            let mut query = sqlx::query(statement);
            for (subscriber, reason) in readers {
                query = query.bind(mailing.get()).bind(subscriber.get()).bind(reason.as_str());
            }
            query.execute(c).await.map(drop)
        })?;
    }
    Ok(())
}
