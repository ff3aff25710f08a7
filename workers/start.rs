//! Starting the workers of this process, and ending them in two steps.

use std::{sync::Arc, time::Duration};

use apalis::prelude::{Monitor, ParallelizeExt, WorkerBuilder};
use domain::{Queue, WorkerId};
use service::Service;
use store::Db;
use tokio::{
    sync::Semaphore,
    task::{JoinHandle, JoinSet},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Work, WorkersConfig,
    queue::{ClockGuard, Crew, Fetch, Finisher, Keeper, Live, Source, run_loan, watch_depths},
};

/// Starts the workers of all queues and what they need. When `shutdown` is cancelled they take no more jobs, wait for
/// those that run, and give back what still runs after the grace; then the handle's task ends.
pub fn start(service: Service, config: WorkersConfig, shutdown: CancellationToken) -> JoinHandle<()> {
    start_with(service.db.clone(), service, config, shutdown)
}

/// [`start`] over anything that runs jobs.
pub fn start_with<W: Work>(db: Db, work: W, config: WorkersConfig, shutdown: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(run(db, work, config, shutdown))
}

async fn run<W: Work>(db: Db, work: W, config: WorkersConfig, shutdown: CancellationToken) {
    let worker = WorkerId::new(db.random(), db.clock().now());
    let abandon = CancellationToken::new();
    let live = Live::default();
    let clock = ClockGuard::default();
    let finisher = Finisher::new(db.clone(), abandon.clone());

    let mut tasks = JoinSet::new();
    let keeper = Keeper {
        db: db.clone(),
        live: live.clone(),
        worker,
        lease: config.lease,
        clock_offset: config.clock_offset,
    };
    tasks.spawn(keeper.keep());
    tasks.spawn(clock.clone().watch(db.clone(), config.clock_offset));
    tasks.spawn(watch_depths(db.clone()));
    tasks.spawn(tick(work.clone(), config.tick, shutdown.clone()));
    tasks.spawn(stop_waiting(config.grace, shutdown.clone(), abandon.clone()));

    let mut monitor = Monitor::new().should_restart(|_, _| true);
    for queue in Queue::ALL {
        let fetch = Fetch {
            db: db.clone(),
            queue: *queue,
            slots: Arc::new(Semaphore::new(config.slots.of(*queue))),
            worker,
            lease: config.lease,
            poll: config.poll,
            live: live.clone(),
            clock: clock.clone(),
            stopping: shutdown.clone(),
        };
        let crew = Crew {
            db: db.clone(),
            work: work.clone(),
            abandon: abandon.clone(),
        };
        let finisher = finisher.clone();
        monitor = monitor.register(move |_| {
            WorkerBuilder::new(fetch.queue.as_str())
                .backend(Source::new(fetch.clone(), finisher.clone()))
                .data(crew.clone())
                .parallelize(tokio::spawn)
                .build(run_loan::<W>)
        });
    }
    let stopped = async {
        shutdown.cancelled().await;
        Ok(())
    };
    if let Err(error) = monitor.run_with_signal(stopped).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the workers ended with an error"
        );
    }
    tasks.shutdown().await;
}

async fn tick<W: Work>(work: W, period: Duration, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = work.tick().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "what is due cannot be enqueued"
            );
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(period) => {}
        }
    }
}

async fn stop_waiting(grace: Duration, shutdown: CancellationToken, abandon: CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(grace).await;
    abandon.cancel();
}
