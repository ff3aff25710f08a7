//! Making mailings and moving them on.

use domain::{MailingId, Millis, PostId, SubscriberId, mailing::State};

use super::{Mailing, New, columns};
use crate::{Result, Tx, deliveries::Step, dialect::on};

/// Makes a mailing that is about to be frozen as of now, or a draft; none when its list has one for this audience and
/// slot.
///
/// # Errors
/// The database's.
pub async fn insert(tx: &mut Tx, new: &New, posts: &[PostId]) -> Result<Option<MailingId>> {
    let (id, now) = (tx.id::<MailingId>(), tx.now());
    let state = if new.draft.is_some() {
        State::Draft
    } else {
        State::Freezing
    };
    let inserted = on!(tx, c => sqlx::query(
        "insert into mailing (id, list_id, kind, occasion, cadence, slot, also_slower, again, state, requested_by,
                              created_at, send_at, approve_by, on_deadline, frozen_at, candidates, deliveries, excluded,
                              next_n, accepted, deferred, refused, uncertain, withheld, expired, cancelled, touched_at,
                              version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $11, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, $11, 1)
         on conflict (list_id, cadence, slot) do nothing",
    )
    .bind(id.get())
    .bind(new.list.get())
    .bind(new.kind.as_str())
    .bind(new.occasion.as_str())
    .bind(new.audience.to_string())
    .bind(&new.slot)
    .bind(i64::from(new.also_slower))
    .bind(i64::from(new.again))
    .bind(state.as_str())
    .bind(&new.requested_by)
    .bind(now.get())
    .bind(new.send_at.get())
    .bind(new.draft.and_then(|draft| draft.approve_by).map(Millis::get))
    .bind(new.draft.map(|draft| draft.then.as_str()))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if inserted == 0 {
        return Ok(None);
    }
    for (position, post) in (1_i64..).zip(posts) {
        on!(tx, c => sqlx::query("insert into mailing_post (mailing_id, position, post_id) values ($1, $2, $3)")
            .bind(id.get())
            .bind(position)
            .bind(post.get())
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(Some(id))
}

/// Lets a draft be frozen as of now.
///
/// # Errors
/// The database's.
pub async fn approve(tx: &mut Tx, id: MailingId) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "update mailing
         set state = $2, reason = null, approve_by = null, on_deadline = null, frozen_at = $3, touched_at = $3,
             send_at = case when send_at < $3 then $3 else send_at end
         where id = $1",
    )
    .bind(id.get())
    .bind(State::Freezing.as_str())
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Notes that the posts of a mailing were looked at for the last time, and drops those that are no longer to be mailed.
///
/// # Errors
/// The database's.
pub async fn prepare(tx: &mut Tx, id: MailingId) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "delete from mailing_post
         where mailing_id = $1 and post_id in (select id from post where state not in ('ready', 'mailed'))
           and exists (select 1 from mailing where id = $1 and state = 'freezing' and prepared_at is null)",
    )
    .bind(id.get())
    .execute(c)
    .await
    .map(drop))?;
    on!(tx, c => sqlx::query("update mailing set prepared_at = $2 where id = $1 and prepared_at is null")
        .bind(id.get())
        .bind(now.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Reads a mailing and keeps everybody else from changing it until the transaction ends. Whoever decides something by
/// a mailing's state asks for it here, so that read-committed transactions are enough for mailings that change often.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &mut Tx, id: MailingId) -> Result<Option<Mailing>> {
    Ok(on!(tx, c => sqlx::query_as(concat!(
        "update mailing set version = version + 1 where id = $1 returning ", columns!()
    ))
    .bind(id.get())
    .fetch_optional(c)
    .await)?)
}

/// Moves a mailing to a state, with the reason that staff read. A paused one remembers where it goes on from, and forgets
/// what was refused by policy; one that is over has ended now.
///
/// # Errors
/// The database's.
pub async fn set_state(
    tx: &mut Tx,
    id: MailingId,
    state: State,
    resumes_as: Option<State>,
    reason: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    let finished_at = matches!(state, State::Settled | State::Cancelled).then(|| now.get());
    on!(tx, c => sqlx::query(
        "update mailing
         set state = $2, resumes_as = $3, reason = $4, finished_at = $5, touched_at = $6,
             policy_refused_n = case when $2 = 'paused' then null else policy_refused_n end
         where id = $1",
    )
    .bind(id.get())
    .bind(state.as_str())
    .bind(resumes_as.map(State::as_str))
    .bind(reason)
    .bind(finished_at)
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Notes that a delivery was refused by policy for good.
///
/// # Errors
/// The database's.
pub async fn note_policy_refusal(tx: &mut Tx, id: MailingId, n: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update mailing set policy_refused_n = $2 where id = $1")
        .bind(id.get())
        .bind(n)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Sets the moment before which nothing of a mailing leaves.
///
/// # Errors
/// The database's.
pub async fn set_send_at(tx: &mut Tx, id: MailingId, at: Millis) -> Result<()> {
    on!(tx, c => sqlx::query("update mailing set send_at = $2 where id = $1")
        .bind(id.get())
        .bind(at.get())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that a mailing is alive, or that nothing is due to happen to it before a moment, and why.
///
/// # Errors
/// The database's.
pub async fn touch(tx: &mut Tx, id: MailingId, at: Millis, reason: Option<&str>) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update mailing set touched_at = case when touched_at < $2 then $2 else touched_at end, reason = $3
         where id = $1 and state in ('sending', 'sent')",
    )
    .bind(id.get())
    .bind(at.get())
    .bind(reason)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Notes how far freezing has come, and what the last step added.
///
/// # Errors
/// The database's.
pub async fn record_step(tx: &mut Tx, id: MailingId, last: SubscriberId, step: &Step) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query(
        "update mailing
         set freeze_after = $2, candidates = candidates + $3, deliveries = deliveries + $4, excluded = excluded + $5,
             touched_at = $6
         where id = $1",
    )
    .bind(id.get())
    .bind(last.get())
    .bind(step.candidates)
    .bind(step.deliveries)
    .bind(step.excluded)
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Takes the next numbers that no chunk has taken, if any are left: the first and the last of them.
///
/// # Errors
/// The database's.
pub async fn take_range(tx: &mut Tx, id: MailingId, size: i64) -> Result<Option<(i64, i64)>> {
    let taken: Option<(i64, i64)> = on!(tx, c => sqlx::query_as(
        "update mailing set next_n = next_n + $2
         where id = $1 and next_n <= deliveries
         returning next_n, deliveries",
    )
    .bind(id.get())
    .bind(size)
    .fetch_optional(c)
    .await)?;
    Ok(taken.map(|(next, deliveries)| (next - size, (next - 1).min(deliveries))))
}
