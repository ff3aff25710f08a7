//! Lending jobs that are due to a process.

use std::time::Duration;

use domain::{Job, JobId, Millis, Queue, WorkerId};
use uuid::Uuid;

use crate::{
    Result, Tx,
    dialect::{on, sql},
};

use super::finish;

/// The statement but for the way in which rows are locked. The rows are chosen in a step of its own: PostgreSQL may run
/// a plain subquery with a limit more than once, and then takes too many.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "with due as materialized (
                select id from job where queue = $1 and state = 'pending' and run_at <= $2
                order by run_at, id limit $3 ",
            $lock,
            ")
            update job set state = 'running', attempts = attempts + 1, epoch = epoch + 1, leased_by = $4,
                           lease_until = $5
            from due where job.id = due.id
            returning job.id, job.payload, job.attempts, job.max_attempts, job.epoch, job.run_at"
        )
    };
}

/// A job that this process may work on.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Its id.
    pub id: JobId,
    /// Which loan of the job this is.
    pub epoch: i64,
    /// What to do.
    pub job: Job,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// How often it is tried at most.
    pub max_attempts: i64,
    /// The moment for which it was planned.
    pub run_at: Millis,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    payload: String,
    attempts: i64,
    max_attempts: i64,
    epoch: i64,
    run_at: i64,
}

/// Takes up to `most` jobs that are due at `now`, the longest waiting first, and leases them to `worker`. A payload that
/// no version of this program could have meant goes dead at once. Run it in [`crate::Db::claim`].
///
/// # Errors
/// The database's.
pub async fn claim(
    tx: &mut Tx,
    queue: Queue,
    most: usize,
    now: Millis,
    (worker, lease): (WorkerId, Duration),
) -> Result<Vec<Claimed>> {
    let statement = sql!(tx,
        sqlite: claim!(""),
        postgres: claim!("for update skip locked"),
    );
    let mut rows: Vec<Row> = on!(tx, c => sqlx::query_as(statement)
        .bind(queue.as_str())
        .bind(now.get())
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .bind(worker.get())
        .bind((now + lease).get())
        .fetch_all(c)
        .await)?;
    rows.sort_unstable_by_key(|row| (row.run_at, row.id));
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        match serde_json::from_str(&row.payload) {
            Ok(job) => claimed.push(Claimed {
                id: row.id.into(),
                epoch: row.epoch,
                job,
                attempts: row.attempts,
                max_attempts: row.max_attempts,
                run_at: row.run_at.into(),
            }),
            Err(error) => {
                let error = format!("the payload cannot be read: {error}");
                tracing::error!(job.id = %row.id, %error, "a job goes dead");
                finish::bury(tx, row.id.into(), row.epoch, &error).await?;
            }
        }
    }
    Ok(claimed)
}
