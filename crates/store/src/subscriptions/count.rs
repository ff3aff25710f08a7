//! How many subscriptions of a list stand where, and at which cadence their readers are mailed.

use domain::{Cadence, ListId, subscription::State};

use crate::{Result, Tx, dialect::on, error::unreadable};

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
