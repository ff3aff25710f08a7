//! All waiting jobs of one mailing at once: one that goes on wakes them, and so does one that is cancelled, because each
//! of them calls off its own part.

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
