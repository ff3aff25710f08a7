//! Outcomes on their way to the disk.

use std::{sync::Arc, time::Duration};

use domain::{EmailAddress, MailingId, suppression::Reason};
use serde_json::json;
use store::{
    HandedOver,
    deliveries::{Due, Tried},
    events::{self, Event, Origin, Subject},
    jobs::Lease,
    suppressions,
};

use super::{chunk::DeliveryError, office::Office};
use crate::Service;

/// How long to wait before an outcome that could not be written is written again.
const WRITE_AGAIN: Duration = Duration::from_millis(200);

/// An outcome that is being committed.
pub(super) struct UnderWay {
    handed: HandedOver<bool>,
    tried: Tried,
}

impl UnderWay {
    pub(super) async fn hand_over(office: &Office, tried: Tried) -> Result<Self, DeliveryError> {
        metrics::counter!("paperround_deliveries_total", "outcome" => tried.outcome.as_str()).increment(1);
        Ok(Self {
            handed: office.outcomes.hand_over(tried.clone()).await?,
            tried,
        })
    }
}

/// Waits until an outcome is on disk. While the database cannot be written and nobody else can have the job, the
/// outcome is handed over again: what the relay took must not be sent once more.
pub(super) async fn committed(office: &Office, lease: &Lease, last: Option<UnderWay>) -> Result<(), DeliveryError> {
    let Some(UnderWay { mut handed, tried }) = last else {
        return Ok(());
    };
    while let Err(error) = handed.committed().await {
        if !lease.is_held() {
            return Err(DeliveryError::Record(error));
        }
        tracing::warn!(
            error = &*error as &dyn std::error::Error,
            "an outcome could not be written; trying again"
        );
        tokio::time::sleep(WRITE_AGAIN).await;
        handed = office.outcomes.hand_over(tried.clone()).await?;
    }
    Ok(())
}

/// Suppresses an address of which the relay said that it does not exist.
pub(super) async fn suppress(
    service: &Service,
    mailing: MailingId,
    due: &Due,
    address: &EmailAddress,
) -> Result<(), store::Error> {
    let hash = service.keys.suppression_hash(address);
    let (n, subscriber) = (due.n, due.subscriber);
    service
        .db
        .write(|mut tx| async move {
            let new = suppressions::add(&mut tx, address, &hash, Reason::Bounce, None).await?;
            if new.is_some() {
                let detail = json!({ "reason": Reason::Bounce, "mailing": mailing, "n": n });
                let event = Event::new("subscriber.suppress", Subject::Subscriber(subscriber)).with(detail);
                events::record(&mut tx, &Origin::system(), event).await?;
            }
            Ok(())
        })
        .await
}

impl From<Arc<store::Error>> for DeliveryError {
    fn from(error: Arc<store::Error>) -> Self {
        Self::Record(error)
    }
}
