//! Leases and times of different machines only fit together while their clocks do.

use std::time::Duration;

use store::{Db, jobs};
use tokio::sync::watch;

/// How often the clocks are compared.
const PERIOD: Duration = Duration::from_secs(60);
/// How soon again after the database did not answer, or while the clock is wrong.
const SOON: Duration = Duration::from_secs(5);

/// Whether this process's clock is near enough to the database's to take jobs. It is not trusted before it is measured.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClockGuard(watch::Sender<bool>);

impl ClockGuard {
    /// Waits until it is.
    pub(crate) async fn trusted(&self) {
        let answer = self.0.subscribe().wait_for(|trusted| *trusted).await.map(drop);
        answer.expect("the sender is this guard's own");
    }

    /// Compares the clocks until its future is dropped.
    pub(crate) async fn watch(self, db: Db, most: Duration) {
        loop {
            let pause = match jobs::clock_offset(&db).await {
                Ok(offset) => self.judge(offset, most),
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the clock cannot be compared with the database's"
                    );
                    SOON
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    fn judge(&self, offset_ms: i64, most: Duration) -> Duration {
        let trusted = u128::from(offset_ms.unsigned_abs()) <= most.as_millis();
        self.0.send_replace(trusted);
        if trusted {
            return PERIOD;
        }
        tracing::error!(
            offset_ms,
            "this machine's clock is too far from the database server's: no job is taken until it is set right; \
             let both machines follow the same time servers (timedatectl set-ntp true)"
        );
        SOON
    }
}
