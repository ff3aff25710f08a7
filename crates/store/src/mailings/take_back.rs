//! Taking out again who was copied into a mailing that was cancelled before it was frozen.

use domain::MailingId;

use super::Mailing;
use crate::{Result, Tx, dialect::on};

/// Deletes deliveries and exclusions of a mailing that is locked, at most `most`, with their counters; and once there are
/// none, its editions and the mark that they were to be deleted. False when nothing is left.
///
/// # Errors
/// The database's.
pub async fn take_back(tx: &mut Tx, mailing: &Mailing, most: i64) -> Result<bool> {
    let (id, counters) = (mailing.id, &mailing.counters);
    if counters.deliveries > 0 {
        let kept = (counters.deliveries - most).max(0);
        on!(tx, c => sqlx::query("delete from delivery where mailing_id = $1 and n > $2")
            .bind(id.get())
            .bind(kept)
            .execute(c)
            .await
            .map(drop))?;
        recount(tx, id, (kept, counters.excluded)).await?;
    } else if counters.excluded > 0 {
        on!(tx, c => sqlx::query(
            "delete from exclusion
             where mailing_id = $1
               and subscriber_id in (select subscriber_id from exclusion where mailing_id = $1
                                     order by subscriber_id limit $2)",
        )
        .bind(id.get())
        .bind(most)
        .execute(c)
        .await
        .map(drop))?;
        recount(tx, id, (0, (counters.excluded - most).max(0))).await?;
    } else {
        forget_editions(tx, id).await?;
        return Ok(false);
    }
    Ok(true)
}

async fn recount(tx: &mut Tx, id: MailingId, (deliveries, excluded): (i64, i64)) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update mailing set deliveries = $2, excluded = $3, candidates = $4 where id = $1",
    )
    .bind(id.get())
    .bind(deliveries)
    .bind(excluded)
    .bind(deliveries + excluded)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

async fn forget_editions(tx: &mut Tx, id: MailingId) -> Result<()> {
    for statement in [
        "delete from edition_post where mailing_id = $1",
        "delete from edition where mailing_id = $1",
        "update mailing set freeze_after = null, resumes_as = null where id = $1",
    ] {
        on!(tx, c => sqlx::query(statement).bind(id.get()).execute(c).await.map(drop))?;
    }
    Ok(())
}
