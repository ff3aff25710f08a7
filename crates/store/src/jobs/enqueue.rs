//! Putting a job into the queue, in the transaction that makes it necessary.

use domain::{Job, JobId, Millis};

use crate::{Result, Tx, dialect::on};

/// When a job runs, and what keeps it from being enqueued twice.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// The earliest moment; now, when there is none.
    pub run_at: Option<Millis>,
    /// While a job with this key waits or runs, another is not enqueued.
    pub dedupe_key: Option<String>,
}

impl When {
    /// As soon as a worker is free.
    #[must_use]
    pub fn now() -> Self {
        Self::default()
    }

    /// Not before a moment.
    #[must_use]
    pub fn at(run_at: Millis) -> Self {
        Self {
            run_at: Some(run_at),
            dedupe_key: None,
        }
    }

    /// Only if no job with this key waits or runs.
    #[must_use]
    pub fn once(mut self, key: impl Into<String>) -> Self {
        self.dedupe_key = Some(key.into());
        self
    }
}

/// Enqueues a job in the caller's transaction: it exists when and only when that commits. Gives no id when a job with
/// the same dedupe key waits or runs already.
///
/// # Errors
/// The database's.
pub async fn enqueue(tx: &mut Tx, job: &Job, when: When) -> Result<Option<JobId>> {
    let now = tx.now();
    let id: JobId = tx.id();
    let payload = serde_json::to_string(job).expect("a job is always valid JSON");
    let inserted = on!(tx, c => sqlx::query(
        "insert into job (id, queue, kind, payload, dedupe_key, mailing_id, state, attempts, max_attempts, takeovers,
                          epoch, run_at, created_at)
         values ($1, $2, $3, $4, $5, $6, 'pending', 0, $7, 0, 0, $8, $9)
         on conflict do nothing",
    )
    .bind(id.get())
    .bind(job.queue().as_str())
    .bind(job.kind())
    .bind(payload)
    .bind(when.dedupe_key)
    .bind(job.mailing().map(domain::MailingId::get))
    .bind(job.max_attempts())
    .bind(when.run_at.unwrap_or(now).get())
    .bind(now.get())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if inserted == 0 {
        return Ok(None);
    }
    tx.ring_after_commit(job.queue());
    Ok(Some(id))
}
