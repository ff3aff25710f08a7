//! Finding out who signed up, and what to send them.

use domain::SignupId;
use service::{Service, readers};

use crate::{JobError, Outcome};

pub(crate) async fn run(service: &Service, signup: SignupId) -> Result<Outcome, JobError> {
    readers::process(service, signup).await?;
    Ok(Outcome::Done)
}
