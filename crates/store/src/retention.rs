//! Cutting what is kept to what may be kept: network addresses to their network, records of mails to those of the last
//! months.
//!
//! Ids begin with the time at which they were made, so that rows of a time are a range of the primary key.

use std::net::IpAddr;

use domain::{Millis, Network};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// A place among rows in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(Uuid);

impl Cursor {
    /// Before the first row that was made at this moment.
    #[must_use]
    pub fn at(moment: Millis) -> Self {
        let millis = u128::try_from(moment.get()).unwrap_or(0);
        Self(Uuid::from_u128(millis << 80))
    }
}

#[derive(Debug, sqlx::FromRow)]
struct SignupRow {
    id: Uuid,
    requested_from: Option<String>,
    confirmed_from: Option<String>,
}

#[derive(Debug, sqlx::FromRow)]
struct EventRow {
    id: Uuid,
    came_from: Option<String>,
}

/// Cuts the addresses of at most `most` sign-ups between two places. Gives the place to go on from, if there are more.
///
/// # Errors
/// The database's.
pub async fn cut_signups(tx: &mut Tx, from: Cursor, to: Cursor, most: i64) -> Result<Option<Cursor>> {
    let rows: Vec<SignupRow> = on!(tx, c => sqlx::query_as(
        "select id, requested_from, confirmed_from from signup where id > $1 and id < $2 order by id limit $3",
    )
    .bind(from.0)
    .bind(to.0)
    .bind(most)
    .fetch_all(c)
    .await)?;
    for row in &rows {
        on!(tx, c => sqlx::query("update signup set requested_from = $2, confirmed_from = $3 where id = $1")
            .bind(row.id)
            .bind(cut(row.requested_from.as_deref()))
            .bind(cut(row.confirmed_from.as_deref()))
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(rows.last().map(|row| Cursor(row.id)))
}

/// Cuts the addresses of at most `most` lines of the event log between two places. Gives the place to go on from, if
/// there are more.
///
/// # Errors
/// The database's.
pub async fn cut_events(tx: &mut Tx, from: Cursor, to: Cursor, most: i64) -> Result<Option<Cursor>> {
    let rows: Vec<EventRow> = on!(tx, c => sqlx::query_as(
        "select id, came_from from event where id > $1 and id < $2 order by id limit $3",
    )
    .bind(from.0)
    .bind(to.0)
    .bind(most)
    .fetch_all(c)
    .await)?;
    for row in rows.iter().filter(|row| row.came_from.is_some()) {
        on!(tx, c => sqlx::query("update event set came_from = $2 where id = $1")
            .bind(row.id)
            .bind(cut(row.came_from.as_deref()))
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(rows.last().map(|row| Cursor(row.id)))
}

/// Deletes at most `most` single mails that were written before a place. Says how many there were.
///
/// # Errors
/// The database's.
pub async fn drop_messages(tx: &mut Tx, before: Cursor, most: i64) -> Result<u64> {
    Ok(on!(tx, c => sqlx::query(
        "delete from message where id in (select id from message where id < $1 order by id limit $2)",
    )
    .bind(before.0)
    .bind(most)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?)
}

/// Deletes at most `most` deliveries, and then exclusions, of one finished mailing that was made before a place. The
/// mailing keeps its counts. Says how many there were.
///
/// # Errors
/// The database's.
pub async fn drop_deliveries(tx: &mut Tx, before: Cursor, most: i64) -> Result<u64> {
    let mailing: Option<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select id from mailing m
         where id < $1 and finished_at is not null
           and (exists (select 1 from delivery d where d.mailing_id = m.id)
                or exists (select 1 from exclusion e where e.mailing_id = m.id))
         order by id limit 1",
    )
    .bind(before.0)
    .fetch_optional(c)
    .await)?;
    let Some(mailing) = mailing else { return Ok(0) };
    let deliveries = on!(tx, c => sqlx::query(
        "delete from delivery
         where mailing_id = $1 and n in (select n from delivery where mailing_id = $1 order by n limit $2)",
    )
    .bind(mailing)
    .bind(most)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    let exclusions = on!(tx, c => sqlx::query(
        "delete from exclusion
         where mailing_id = $1 and subscriber_id in
               (select subscriber_id from exclusion where mailing_id = $1 order by subscriber_id limit $2)",
    )
    .bind(mailing)
    .bind(most)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(deliveries + exclusions)
}

/// The network of an address; what is no address, such as a network, stays.
fn cut(address: Option<&str>) -> Option<String> {
    let address = address?;
    Some(
        address
            .parse::<IpAddr>()
            .map_or_else(|_| address.to_owned(), |address| Network::of(address).to_string()),
    )
}
