//! From a job's payload to its file.

use domain::Job;
use service::{Service, delivery::Chunk};
use store::jobs::Lease;

use crate::{
    JobError, Outcome, Work, deliver_chunk, freeze_mailing, plan_mailing, poll_feed, process_signup, purge, read_page,
    retry_chunk, schedule, send_message,
};

impl Work for Service {
    async fn run(&self, job: Job, lease: Lease) -> Result<Outcome, JobError> {
        match job {
            Job::ProcessSignup { signup } => process_signup::run(self, signup).await,
            Job::SendMessage { message } => send_message::run(self, message, &lease).await,
            Job::Purge => purge::run(self).await,
            Job::PollFeed { feed } => poll_feed::run(self, feed).await,
            Job::ReadPage { post } => read_page::run(self, post).await,
            Job::PlanMailing { list } => plan_mailing::run(self, list).await,
            Job::FreezeMailing { mailing } => freeze_mailing::run(self, mailing, &lease).await,
            Job::DeliverChunk { mailing, from, to } => {
                deliver_chunk::run(self, Chunk::new(mailing, from, to), &lease).await
            }
            Job::RetryChunk { mailing, from, to } => {
                retry_chunk::run(self, Chunk::new(mailing, from, to), &lease).await
            }
        }
    }

    async fn tick(&self) -> Result<(), store::Error> {
        schedule::tick(self).await
    }
}
