//! Tries those of a range of a mailing's deliveries again that the relay put off.

use service::{Service, delivery::Chunk};
use store::jobs::Lease;

use crate::{JobError, Outcome, deliver_chunk};

pub(crate) async fn run(service: &Service, chunk: Chunk, lease: &Lease) -> Result<Outcome, JobError> {
    deliver_chunk::run(service, Chunk { again: true, ..chunk }, lease).await
}
