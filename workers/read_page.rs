//! Reads a post's page for what its feed leaves out.

use domain::PostId;
use service::{Service, feeds};

use crate::{JobError, Outcome};

pub(crate) async fn run(service: &Service, post: PostId) -> Result<Outcome, JobError> {
    feeds::read_page(service, post).await?;
    Ok(Outcome::Done)
}
