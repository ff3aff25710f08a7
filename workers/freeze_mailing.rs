//! Copies a mailing's readers and starts it.

use domain::MailingId;
use service::{
    Service,
    mailings::{self, FreezeError, Frozen},
};
use store::jobs::Lease;

use crate::{JobError, Outcome};

pub(crate) async fn run(service: &Service, mailing: MailingId, lease: &Lease) -> Result<Outcome, JobError> {
    match mailings::freeze(service, lease, mailing).await {
        Ok(Frozen::Done) => Ok(Outcome::Done),
        Ok(Frozen::Later(at)) => Ok(Outcome::Later(at)),
        Err(FreezeError::Store(error)) => Err(error.into()),
        Err(error @ FreezeError::Miscounted { .. }) => Err(JobError::fail(error)),
    }
}
