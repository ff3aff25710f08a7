//! Copying a list's readers into a mailing, a few thousand at a time.

use domain::{
    ListId, MailingId, Millis, SubscriberId,
    mailing::{ExclusionReason, Outcome},
};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// What one step added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Confirmed subscriptions in the step's range.
    pub candidates: i64,
    /// Those that became deliveries.
    pub deliveries: i64,
    /// Those that were left out for a reason.
    pub excluded: i64,
}

/// The last reader of the step after a reader; none when nobody is left.
///
/// # Errors
/// The database's.
pub async fn step_end(
    tx: &mut Tx,
    list: ListId,
    after: Option<SubscriberId>,
    size: i64,
) -> Result<Option<SubscriberId>> {
    let last: Option<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select subscriber_id
         from (select subscriber_id from subscription
               where list_id = $1 and state = 'confirmed' and subscriber_id > $2
               order by subscriber_id limit $3) as step
         order by subscriber_id desc limit 1",
    )
    .bind(list.get())
    .bind(after.map_or(Uuid::nil(), SubscriberId::get))
    .bind(size)
    .fetch_optional(c)
    .await)?;
    Ok(last.map(Into::into))
}

macro_rules! candidates {
    ($select:literal, $rest:literal) => {
        concat!(
            $select,
            " from subscription s join subscriber p on p.id = s.subscriber_id
              where s.list_id = $2 and s.state = 'confirmed' and s.subscriber_id > $3 and s.subscriber_id <= $4
                and s.joined_at <= $5 ",
            $rest
        )
    };
}

macro_rules! suppressed {
    () => {
        "exists (select 1 from suppression x where x.address_hash = p.address_hash and x.lifted_at is null)"
    };
}
pub(super) use suppressed;

/// Copies those readers of a list who had joined by `as_of` and stand after `after` up to `last`: deliveries numbered
/// on from `from_n`, or exclusions.
///
/// # Errors
/// The database's.
pub async fn freeze(
    tx: &mut Tx,
    (mailing, list, as_of): (MailingId, ListId, Millis),
    (after, last): (Option<SubscriberId>, SubscriberId),
    from_n: i64,
) -> Result<Step> {
    let after = after.map_or(Uuid::nil(), SubscriberId::get);
    let candidates: i64 = on!(tx, c => sqlx::query_scalar(candidates!("select count(*)", "and $1 is not null"))
        .bind(mailing.get())
        .bind(list.get())
        .bind(after)
        .bind(last.get())
        .bind(as_of.get())
        .fetch_one(c)
        .await)?;
    let excluded = on!(tx, c => sqlx::query(concat!(
        "insert into exclusion (mailing_id, subscriber_id, reason) ",
        candidates!("select $1, s.subscriber_id, case when p.address is null then $6 else $7 end", "and (p.address is null or "),
        suppressed!(), ")"
    ))
    .bind(mailing.get())
    .bind(list.get())
    .bind(after)
    .bind(last.get())
    .bind(as_of.get())
    .bind(ExclusionReason::Erased.as_str())
    .bind(ExclusionReason::Suppressed.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    let deliveries = on!(tx, c => sqlx::query(concat!(
        "insert into delivery (mailing_id, n, subscriber_id, subscription_id, edition, outcome, attempts) ",
        candidates!(
            "select $1, $6 + row_number() over (order by s.subscriber_id) - 1, s.subscriber_id, s.id, 0, $7, 0",
            "and p.address is not null and not "
        ),
        suppressed!()
    ))
    .bind(mailing.get())
    .bind(list.get())
    .bind(after)
    .bind(last.get())
    .bind(as_of.get())
    .bind(from_n)
    .bind(Outcome::Pending.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(Step {
        candidates,
        deliveries: deliveries.cast_signed(),
        excluded: excluded.cast_signed(),
    })
}
