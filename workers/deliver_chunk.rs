//! Sends a range of a mailing's deliveries.

use service::{
    Service,
    delivery::{self, Chunk, DeliveryError, Ended},
};
use store::jobs::Lease;

use crate::{JobError, Outcome};

pub(crate) async fn run(service: &Service, chunk: Chunk, lease: &Lease) -> Result<Outcome, JobError> {
    match delivery::deliver(service, lease, chunk).await {
        Ok(Ended::Done) => Ok(Outcome::Done),
        Ok(Ended::Later(at)) => Ok(Outcome::Later(at)),
        Err(DeliveryError::Store(error)) => Err(error.into()),
        Err(error @ DeliveryError::Record(_)) => Err(JobError::retry(error)),
        Err(error) => Err(JobError::fail(error)),
    }
}
