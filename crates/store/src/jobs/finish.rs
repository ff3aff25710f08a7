//! Ending loans, many in one commit.

use std::collections::HashSet;

use domain::{JobId, Millis, without_nul};
use serde::Serialize;
use uuid::Uuid;

use super::{Loan, json};
use crate::{
    Flush, Result, Tx,
    dialect::{on, sql},
};

/// How a loan ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The job is done, and its row goes.
    Done,
    /// The job goes on at that moment. This uses up no attempt, and forgives takeovers: the job is getting on.
    Later(Millis),
    /// The job failed and is tried again at that moment.
    Retry {
        /// When.
        at: Millis,
        /// What went wrong.
        error: String,
    },
    /// The job cannot be done. A person may look at it and try it again.
    Dead {
        /// What went wrong.
        error: String,
    },
    /// The process ends before the job does: it waits again, as if it had not been taken.
    GivenBack,
}

/// One loan and its end.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The job.
    pub job: JobId,
    /// Which loan of it.
    pub epoch: i64,
    /// How it ends.
    pub ending: Ending,
}

/// Writes ends of loans in batches. The answer says whether the lease was still held; if not, nothing was changed.
#[derive(Debug, Clone, Copy)]
pub struct Finish;

impl Flush for Finish {
    type Item = Finished;
    type Answer = bool;

    // Each item names one row by its key.
    const READ_COMMITTED: bool = true;

    async fn flush(&self, tx: &mut Tx, items: &[Finished]) -> Result<Vec<bool>> {
        let now = tx.now();
        let (done, kept): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.ending == Ending::Done);
        let mut held = HashSet::with_capacity(items.len());
        if !done.is_empty() {
            let loans: Vec<Loan> = done.iter().map(|item| Loan::new(item.job, item.epoch)).collect();
            held.extend(delete(tx, &loans).await?);
        }
        if !kept.is_empty() {
            let changes: Vec<Change> = kept.iter().map(|item| Change::new(item, now)).collect();
            held.extend(change(tx, &changes).await?);
        }
        Ok(items.iter().map(|item| held.contains(&item.job.get())).collect())
    }
}

/// Puts one job aside within the transaction that took it.
pub(super) async fn bury(tx: &mut Tx, job: JobId, epoch: i64, error: &str) -> Result<()> {
    let ending = Ending::Dead {
        error: error.to_owned(),
    };
    let now = tx.now();
    change(tx, &[Change::new(&Finished { job, epoch, ending }, now)])
        .await
        .map(drop)
}

/// What a row that stays turns into.
#[derive(Serialize)]
struct Change {
    #[serde(flatten)]
    loan: Loan,
    state: &'static str,
    /// Nothing leaves it as it is.
    run_at: Option<i64>,
    /// How many attempts are not counted.
    refund: i64,
    forgive: bool,
    /// Nothing leaves it as it is.
    error: Option<String>,
    died_at: Option<i64>,
}

impl Change {
    fn new(item: &Finished, now: Millis) -> Self {
        let waiting = Self {
            loan: Loan::new(item.job, item.epoch),
            state: "pending",
            run_at: None,
            refund: 0,
            forgive: false,
            error: None,
            died_at: None,
        };
        match &item.ending {
            Ending::Later(at) => Self {
                run_at: Some(at.get()),
                refund: 1,
                forgive: true,
                ..waiting
            },
            Ending::Retry { at, error } => Self {
                run_at: Some(at.get()),
                error: Some(without_nul(error).into_owned()),
                ..waiting
            },
            Ending::Dead { error } => Self {
                state: "dead",
                error: Some(without_nul(error).into_owned()),
                died_at: Some(now.get()),
                ..waiting
            },
            Ending::GivenBack => Self { refund: 1, ..waiting },
            Ending::Done => unreachable!("a job that is done leaves no row"),
        }
    }
}

async fn delete(tx: &mut Tx, loans: &[Loan]) -> Result<Vec<Uuid>> {
    let statement = sql!(tx,
        sqlite: "with v(id, epoch) as materialized (
                     select unhex(value ->> 'id'), value ->> 'epoch' from json_each($1)
                 )
                 delete from job where (id, epoch) in (select id, epoch from v) returning id",
        postgres: "delete from job using jsonb_to_recordset($1::jsonb) as v(id uuid, epoch bigint)
                   where job.id = v.id and job.epoch = v.epoch returning job.id",
    );
    Ok(on!(tx, c => sqlx::query_scalar(statement).bind(json(&loans)).fetch_all(c).await)?)
}

/// The statement but for the way in which its rows come out of JSON.
macro_rules! change {
    ($rows:literal) => {
        concat!(
            "with v(id, epoch, state, run_at, refund, forgive, error, died_at) as materialized (",
            $rows,
            ")
            update job set state = v.state, epoch = job.epoch + 1, run_at = coalesce(v.run_at, job.run_at), attempts = attempts - v.refund,
                           takeovers = case when v.forgive then 0 else takeovers end,
                           error = coalesce(v.error, job.error), died_at = v.died_at,
                           leased_by = null, lease_until = null
            from v where job.id = v.id and job.epoch = v.epoch returning job.id"
        )
    };
}

async fn change(tx: &mut Tx, changes: &[Change]) -> Result<Vec<Uuid>> {
    let statement = sql!(tx,
        sqlite: change!(
            "select unhex(value ->> 'id'), value ->> 'epoch', value ->> 'state', value ->> 'run_at',
                    value ->> 'refund', value ->> 'forgive', value ->> 'error', value ->> 'died_at'
             from json_each($1)"
        ),
        postgres: change!(
            "select * from jsonb_to_recordset($1::jsonb)
             as v(id uuid, epoch bigint, state text, run_at bigint, refund bigint, forgive boolean, error text,
                  died_at bigint)"
        ),
    );
    Ok(on!(tx, c => sqlx::query_scalar(statement).bind(json(&changes)).fetch_all(c).await)?)
}
