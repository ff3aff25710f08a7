//! All waiting jobs of one mailing at once: a mailing that goes on wakes them, one that is cancelled withdraws them.

use domain::{MailingId, Queue};

use crate::{Error, Result, Tx, dialect::on};

/// Lets the mailing's waiting jobs run now, and says how many there were.
///
/// # Errors
/// The database's.
pub async fn wake_mailing(tx: &mut Tx, mailing: MailingId) -> Result<usize> {
    let now = tx.now();
    let queues: Vec<String> = on!(tx, c => sqlx::query_scalar(
        "update job set run_at = $2 where mailing_id = $1 and state = 'pending' and run_at > $2 returning queue",
    )
    .bind(mailing.get())
    .bind(now.get())
    .fetch_all(c)
    .await)?;
    for queue in &queues {
        let queue: Queue = queue
            .parse()
            .map_err(|error: domain::UnknownWord| Error::Unreadable(error.to_string()))?;
        tx.ring_after_commit(queue);
    }
    Ok(queues.len())
}

/// Deletes the mailing's waiting jobs, and says how many there were. Those that run are not touched.
///
/// # Errors
/// The database's.
pub async fn withdraw_mailing(tx: &mut Tx, mailing: MailingId) -> Result<u64> {
    Ok(
        on!(tx, c => sqlx::query("delete from job where mailing_id = $1 and state = 'pending'")
        .bind(mailing.get())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?,
    )
}
