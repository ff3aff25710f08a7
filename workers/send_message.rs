//! Sending one single mail.

use domain::MessageId;
use service::{
    Service,
    messages::{self, SendError, Sent},
};
use store::jobs::Lease;

use crate::{JobError, Outcome};

pub(crate) async fn run(service: &Service, message: MessageId, lease: &Lease) -> Result<Outcome, JobError> {
    match messages::send(service, message, lease).await {
        Ok(Sent::Done) => Ok(Outcome::Done),
        Ok(Sent::Later(at)) => Ok(Outcome::Later(at)),
        Err(SendError::Store(error)) => Err(error.into()),
        Err(error @ (SendError::Stale | SendError::Compose(_) | SendError::Record(_))) => Err(JobError::fail(error)),
    }
}
