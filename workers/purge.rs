//! Forgetting what is kept no longer.

use service::{Service, idempotency, readers};

use crate::{JobError, Outcome};

pub(crate) async fn run(service: &Service) -> Result<Outcome, JobError> {
    let purged = readers::purge(service).await?;
    idempotency::purge(service).await?;
    tracing::info!(signups = purged.signups, "purged");
    Ok(Outcome::Done)
}
