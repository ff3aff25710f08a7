//! Makes the mailings that a list owes its readers now.

use domain::ListId;
use service::{Service, mailings};

use crate::{JobError, Outcome};

pub(crate) async fn run(service: &Service, list: ListId) -> Result<Outcome, JobError> {
    mailings::plan(service, list).await?;
    Ok(Outcome::Done)
}
