//! Telling the metrics how much waits.

use std::time::Duration;

use domain::Queue;
use store::{Db, Error, jobs, mailings};

/// How often it is counted.
const PERIOD: Duration = Duration::from_secs(15);

/// Counts the due jobs of each queue, and the mailings that are paused, until its future is dropped.
pub(crate) async fn watch_depths(db: Db) {
    loop {
        if let Err(error) = count(&db).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what waits cannot be counted");
        }
        tokio::time::sleep(PERIOD).await;
    }
}

async fn count(db: &Db) -> Result<(), Error> {
    let now = db.clock().now();
    let (depths, paused) = db
        .read(|mut tx| async move {
            let depths = jobs::depths(&mut tx, now).await?;
            Ok::<_, Error>((depths, mailings::count_paused(&mut tx).await?))
        })
        .await?;
    for queue in Queue::ALL {
        let due = depths
            .iter()
            .find(|depth| depth.queue == *queue)
            .map_or(0, |depth| depth.due);
        metrics::gauge!("paperround_jobs_due", "queue" => queue.as_str()).set(gauge(due));
    }
    metrics::gauge!("paperround_mailings_paused").set(gauge(paused));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
const fn gauge(count: i64) -> f64 {
    count as f64
}
