//! Paces: the cadences of a list, its own and those that its readers may choose, and how far the mailings of each have
//! come.

use domain::{Cadence, ListId, MailingId, Millis, Slot, pace::Progress};
use uuid::Uuid;

use crate::{Result, Tx, column::Maybe, dialect::on};

/// One cadence of a list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Pace {
    /// How often.
    #[sqlx(try_from = "String")]
    pub cadence: Cadence,
    /// The next slot; for what is mailed right away, the earliest moment of its next mailing, or none when nothing waits.
    #[sqlx(try_from = "Maybe<i64>")]
    pub next_at: Option<Millis>,
    /// The date of that slot in the list's zone, such as `2026-11-24`.
    pub next_slot: Option<String>,
    #[sqlx(try_from = "i64")]
    owed_since: Millis,
    #[sqlx(try_from = "i64")]
    mailed_until: Millis,
    #[sqlx(try_from = "Maybe<i64>")]
    rest_since: Option<Millis>,
    #[sqlx(try_from = "Maybe<i64>")]
    moved_since: Option<Millis>,
}

impl Pace {
    /// How far its mailings have come.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        Progress {
            owed_since: self.owed_since,
            mailed_until: self.mailed_until,
            rest_since: self.rest_since,
            moved_since: self.moved_since,
        }
    }
}

/// The lists of which a pace is due, the longest due first.
///
/// # Errors
/// The database's.
pub async fn due_lists(tx: &mut Tx, most: u32) -> Result<Vec<ListId>> {
    let now = tx.now();
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select p.list_id from pace p join list l on l.id = p.list_id
         where p.next_at <= $1 and l.archived_at is null
         group by p.list_id order by min(p.next_at) limit $2",
    )
    .bind(now.get())
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// The paces of a list, in the order of their spelling.
///
/// # Errors
/// The database's.
pub async fn of_list(tx: &mut Tx, list: ListId) -> Result<Vec<Pace>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select cadence, next_at, next_slot, owed_since, mailed_until, rest_since, moved_since from pace
         where list_id = $1 order by cadence",
    )
    .bind(list.get())
    .fetch_all(c)
    .await)?)
}

/// Adds a pace to a list that does not have it; one that is there stays as it is. A new one looks back as far as the
/// list's others, so that whoever is moved to it misses nothing.
///
/// # Errors
/// The database's.
pub async fn add(tx: &mut Tx, list: ListId, cadence: &Cadence) -> Result<()> {
    let mut begun = Progress::begin(cadence, tx.now());
    let others = of_list(tx, list).await?;
    let furthest = others.iter().map(|pace| pace.progress().looks_back_to()).min();
    begun.owed_since = furthest.map_or(begun.owed_since, |at| at.min(begun.owed_since));
    on!(tx, c => sqlx::query(
        "insert into pace (list_id, cadence, owed_since, mailed_until) values ($1, $2, $3, $4)
         on conflict (list_id, cadence) do nothing",
    )
    .bind(list.get())
    .bind(cadence.spelling())
    .bind(begun.owed_since.get())
    .bind(begun.mailed_until.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Sets the slot at which a pace is due next; none takes it off the calendar.
///
/// # Errors
/// The database's.
pub async fn set_next_slot(tx: &mut Tx, list: ListId, cadence: &Cadence, slot: Option<&Slot>) -> Result<()> {
    let date = slot.map(|slot| slot.date.to_string());
    set_due(tx, list, cadence, (slot.map(|slot| slot.at), date.as_deref())).await
}

/// Sets the earliest moment of the next mailing of what is mailed right away; none while nothing waits.
///
/// # Errors
/// The database's.
pub async fn set_earliest(tx: &mut Tx, list: ListId, at: Option<Millis>) -> Result<()> {
    set_due(tx, list, &Cadence::Instant, (at, None)).await
}

async fn set_due(
    tx: &mut Tx,
    list: ListId,
    cadence: &Cadence,
    (at, date): (Option<Millis>, Option<&str>),
) -> Result<()> {
    on!(tx, c => sqlx::query("update pace set next_at = $3, next_slot = $4 where list_id = $1 and cadence = $2")
        .bind(list.get())
        .bind(cadence.spelling())
        .bind(at.map(Millis::get))
        .bind(date)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Takes all paces of a list off the calendar.
///
/// # Errors
/// The database's.
pub async fn stop(tx: &mut Tx, list: ListId) -> Result<()> {
    on!(tx, c => sqlx::query("update pace set next_at = null, next_slot = null where list_id = $1")
        .bind(list.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Writes down how far the mailings of a pace have come.
///
/// # Errors
/// The database's.
pub async fn set_progress(tx: &mut Tx, list: ListId, cadence: &Cadence, progress: &Progress) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update pace set owed_since = $3, mailed_until = $4, rest_since = $5, moved_since = $6
         where list_id = $1 and cadence = $2",
    )
    .bind(list.get())
    .bind(cadence.spelling())
    .bind(progress.owed_since.get())
    .bind(progress.mailed_until.get())
    .bind(progress.rest_since.map(Millis::get))
    .bind(progress.moved_since.map(Millis::get))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Notes that a mailing of a pace had no room for a post that became ready then, as [`Progress::leave`] does.
///
/// # Errors
/// The database's.
pub async fn leave(tx: &mut Tx, list: ListId, cadence: &Cadence, rest_since: Millis) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update pace set rest_since = $3, owed_since = case when owed_since < $3 then owed_since else $3 - 1 end
         where list_id = $1 and cadence = $2 and (rest_since is null or rest_since > $3)",
    )
    .bind(list.get())
    .bind(cadence.spelling())
    .bind(rest_since.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets that a mailing of a pace had no room for a post, because it is not sent; unless a later one has chosen readers,
/// which may have had no room either.
///
/// # Errors
/// The database's.
pub async fn forget_rest(tx: &mut Tx, list: ListId, cadence: &Cadence, of: MailingId) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update pace set rest_since = null
         where list_id = $1 and cadence = $2
           and not exists (select 1 from mailing m
                           where m.list_id = $1 and m.cadence = $2 and m.id > $3 and m.freeze_after is not null
                             and (m.state <> 'cancelled' or m.resumes_as is null))",
    )
    .bind(list.get())
    .bind(cadence.spelling())
    .bind(of.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Has a pace take in readers who have been mailed what became ready up to a moment, as [`Progress::take_in`] does.
///
/// # Errors
/// The database's.
pub async fn take_in(tx: &mut Tx, list: ListId, cadence: &Cadence, settled_until: Millis) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update pace set moved_since = $3
         where list_id = $1 and cadence = $2 and (moved_since is null or moved_since > $3)",
    )
    .bind(list.get())
    .bind(cadence.spelling())
    .bind(settled_until.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets a pace of a list that no reader has chosen; false when one has.
///
/// # Errors
/// The database's.
pub async fn remove_unused(tx: &mut Tx, list: ListId, cadence: &Cadence) -> Result<bool> {
    let removed = on!(tx, c => sqlx::query(
        "delete from pace
         where list_id = $1 and cadence = $2
           and not exists (select 1 from subscription where list_id = $1 and cadence = $2)",
    )
    .bind(list.get())
    .bind(cadence.spelling())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(removed == 1)
}
