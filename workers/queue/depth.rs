//! Telling the metrics how much waits.

use std::time::Duration;

use domain::Queue;
use store::{Db, jobs};

/// How often the queues are counted.
const PERIOD: Duration = Duration::from_secs(15);

/// Counts the due jobs of each queue until its future is dropped.
pub(crate) async fn watch_depths(db: Db) {
    loop {
        let now = db.clock().now();
        match db.read(|mut tx| async move { jobs::depths(&mut tx, now).await }).await {
            Ok(depths) => {
                for queue in Queue::ALL {
                    let depth = depths.iter().find(|depth| depth.queue == *queue);
                    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
                    let due = depth.map_or(0, |depth| depth.due) as f64;
                    metrics::gauge!("paperround_jobs_due", "queue" => queue.as_str()).set(due);
                }
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the queues cannot be counted");
            }
        }
        tokio::time::sleep(PERIOD).await;
    }
}
