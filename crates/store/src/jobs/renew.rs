//! Prolonging leases, and taking back those that ended.

use std::time::Duration;

use domain::{JobId, Millis, WorkerId};
use uuid::Uuid;

use super::{Loan, json};
use crate::{
    Result, Tx,
    dialect::{on, sql},
};

/// How often a job may be left behind by processes that died before it counts as what killed them.
pub const MOST_TAKEOVERS: i64 = 10;

/// What a look for ended leases found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reclaimed {
    /// Jobs that wait again.
    pub pending: u64,
    /// Jobs that were taken over too often and are dead.
    pub dead: u64,
}

/// What became of loans that were to be prolonged. A job in neither list is another's by now, or gone.
#[derive(Debug, Clone, Default)]
pub struct Renewed {
    /// Now last longer.
    pub prolonged: Vec<JobId>,
    /// Last as long as before: somebody, such as the job's own transaction, is changing their rows right now.
    pub busy: Vec<JobId>,
}

/// The statement but for the way in which its rows come out of JSON and are locked. A row that is being changed is not
/// waited for, because all other leases would end meanwhile.
macro_rules! renew {
    ($rows:literal, $lock:literal) => {
        concat!(
            "with v(id, epoch) as materialized (",
            $rows,
            "), mine(id) as materialized (
                select job.id from job join v on job.id = v.id and job.epoch = v.epoch ",
            $lock,
            ")
            update job set lease_until = $2 from mine where job.id = mine.id returning job.id"
        )
    };
}

/// The loans that still are this process's.
macro_rules! mine {
    ($rows:literal) => {
        concat!(
            "with v(id, epoch) as materialized (",
            $rows,
            ") select job.id from job join v on job.id = v.id and job.epoch = v.epoch"
        )
    };
}

/// Prolongs loans until `now + lease`. Run it in [`crate::Db::claim`].
///
/// # Errors
/// The database's.
pub async fn renew(tx: &mut Tx, loans: &[(JobId, i64)], now: Millis, lease: Duration) -> Result<Renewed> {
    let rows: Vec<Loan> = loans.iter().map(|(job, epoch)| Loan::new(*job, *epoch)).collect();
    let rows = json(&rows);
    let statement = sql!(tx,
        sqlite: renew!("select unhex(value ->> 'id'), value ->> 'epoch' from json_each($1)", ""),
        postgres: renew!(
            "select * from jsonb_to_recordset($1::jsonb) as v(id uuid, epoch bigint)",
            "for update of job skip locked"
        ),
    );
    let prolonged: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(statement)
        .bind(&rows)
        .bind((now + lease).get())
        .fetch_all(c)
        .await)?;
    let mut renewed = Renewed {
        prolonged: prolonged.into_iter().map(JobId::from).collect(),
        busy: Vec::new(),
    };
    if renewed.prolonged.len() < loans.len() {
        let statement = sql!(tx,
            sqlite: mine!("select unhex(value ->> 'id'), value ->> 'epoch' from json_each($1)"),
            postgres: mine!("select * from jsonb_to_recordset($1::jsonb) as v(id uuid, epoch bigint)"),
        );
        let mine: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(statement).bind(&rows).fetch_all(c).await)?;
        renewed.busy = mine
            .into_iter()
            .map(JobId::from)
            .filter(|job| !renewed.prolonged.contains(job))
            .collect();
    }
    Ok(renewed)
}

/// The statement but for the way in which rows are locked: one that is being changed comes next time.
macro_rules! reclaim {
    ($lock:literal) => {
        concat!(
            "with ended(id) as materialized (
                select id from job
                where state = 'running' and lease_until < $1 and (leased_by <> $4 or lease_until < $5) ",
            $lock,
            ")
            update job set state = case when takeovers >= $2 then 'dead' else 'pending' end,
                           died_at = case when takeovers >= $2 then $3 end,
                           error = case when takeovers >= $2
                                        then 'taken over too often: the processes that ran it did not live to its end'
                                        else error end,
                           epoch = epoch + 1, attempts = attempts - 1, takeovers = takeovers + 1, leased_by = null, lease_until = null
            from ended where job.id = ended.id
            returning job.died_at, job.queue"
        )
    };
}

/// Takes back the jobs whose leases ended before `ended`: they wait again, with the attempt that nobody finished not
/// counted and the takeover counted, or are dead after too many takeovers. The jobs of `worker` itself, who knows that
/// it lives, are left alone for `patience` more. Run it in [`crate::Db::claim`].
///
/// # Errors
/// The database's.
pub async fn reclaim(tx: &mut Tx, ended: Millis, worker: WorkerId, patience: Duration) -> Result<Reclaimed> {
    let now = tx.now();
    let statement = sql!(tx,
        sqlite: reclaim!(""),
        postgres: reclaim!("for update skip locked"),
    );
    let rows: Vec<(Option<i64>, String)> = on!(tx, c => sqlx::query_as(statement)
        .bind(ended.get())
        .bind(MOST_TAKEOVERS)
        .bind(now.get())
        .bind(worker.get())
        .bind((ended - patience).get())
        .fetch_all(c)
        .await)?;
    let mut reclaimed = Reclaimed::default();
    for (died_at, queue) in rows {
        if died_at.is_some() {
            reclaimed.dead += 1;
        } else {
            reclaimed.pending += 1;
            // A queue that only a newer version knows has no workers here to wake.
            if let Ok(queue) = queue.parse() {
                tx.ring_after_commit(queue);
            }
        }
    }
    Ok(reclaimed)
}
