//! Looks at a feed for new posts.

use domain::FeedId;
use service::{Service, feeds};

use crate::{JobError, Outcome};

pub(crate) async fn run(service: &Service, feed: FeedId) -> Result<Outcome, JobError> {
    feeds::poll(service, feed).await?;
    Ok(Outcome::Done)
}
