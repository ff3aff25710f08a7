//! Renewing the leases of this process, and taking back those that others let end.

use std::{collections::HashSet, time::Duration};

use domain::{JobId, WorkerId};
use store::{
    Db, Engine,
    jobs::{self, Lease},
};
use tokio::time::{Instant, MissedTickBehavior};

use super::Live;

/// Leases are renewed this often within their length, so that a try or two may fail.
const TIMES: u32 = 4;

/// Keeps leases until its future is dropped, which is after the last job has ended.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    pub(crate) db: Db,
    pub(crate) live: Live,
    pub(crate) worker: WorkerId,
    pub(crate) lease: Duration,
    /// How far this process's clock may be from the database's.
    pub(crate) clock_offset: Duration,
}

impl Keeper {
    pub(crate) async fn keep(self) {
        let mut ticks = tokio::time::interval(self.lease / TIMES);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // First the own leases: after a long wait for a lock they may be among those that ended.
            let result = match self.renew().await {
                Ok(()) => self.reclaim().await,
                error => error,
            };
            if let Err(error) = result {
                tracing::warn!(error = &error as &dyn std::error::Error, "leases cannot be kept");
            }
        }
    }

    async fn renew(&self) -> Result<(), store::Error> {
        let leases = self.live.leases();
        if leases.is_empty() {
            return Ok(());
        }
        let loans: Vec<(JobId, i64)> = leases.iter().map(|lease| (lease.job(), lease.epoch())).collect();
        let length = self.lease;
        let (renewed, since) = self
            .db
            .claim(|mut tx| {
                let loans = loans.clone();
                async move {
                    let since = (tx.now(), Instant::now());
                    let renewed = jobs::renew(&mut tx, &loans, since.0, length).await?;
                    Ok::<_, store::Error>((renewed, since))
                }
            })
            .await?;
        let prolonged: HashSet<JobId> = renewed.prolonged.into_iter().collect();
        let busy: HashSet<JobId> = renewed.busy.into_iter().collect();
        for lease in leases {
            if prolonged.contains(&lease.job()) {
                lease.prolong(since, length);
            } else if !busy.contains(&lease.job()) {
                lose(&lease);
            }
        }
        Ok(())
    }

    async fn reclaim(&self) -> Result<(), store::Error> {
        let ended = self.db.clock().now() - self.tolerance();
        let (worker, patience) = (self.worker, self.lease);
        let reclaimed = self
            .db
            .claim(|mut tx| async move { jobs::reclaim(&mut tx, ended, worker, patience).await })
            .await?;
        if reclaimed.pending > 0 {
            tracing::warn!(
                jobs = reclaimed.pending,
                "jobs whose processes went away are taken over"
            );
        }
        if reclaimed.dead > 0 {
            tracing::error!(
                jobs = reclaimed.dead,
                "jobs were taken over too often and are put aside"
            );
        }
        metrics::counter!("paperround_job_takeovers_total").increment(reclaimed.pending + reclaimed.dead);
        Ok(())
    }

    /// Two machines may each be off by the most that is allowed, in opposite directions.
    fn tolerance(&self) -> Duration {
        match self.db.engine() {
            Engine::Sqlite => Duration::ZERO,
            Engine::Postgres => self.clock_offset * 2,
        }
    }
}

/// A job that has just ended is gone from the table too: nobody listens to its lease any more.
fn lose(lease: &Lease) {
    if !lease.is_completed() {
        lease.lost().cancel();
    }
}
