//! Jobs that were put aside: seen by staff, and tried again when they say so.

use domain::{JobId, Millis};
use store::{
    events::{self, Event, Origin, Subject},
    jobs::{self, DeadJob},
};

use crate::Service;

/// Why a dead job was not tried again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// There is no such dead job: perhaps somebody else tried it again.
    #[error("there is no such dead job")]
    Unknown,
    /// Another job does the same already.
    #[error("another job that does the same waits or runs already")]
    Replaced,
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Dead jobs, the latest first, after the one that died then.
///
/// # Errors
/// The database's.
pub async fn page(service: &Service, after: Option<(Millis, JobId)>, most: u32) -> Result<Vec<DeadJob>, store::Error> {
    service
        .db
        .read(|mut tx| async move { jobs::dead(&mut tx, after, i64::from(most)).await })
        .await
}

/// Lets a dead job wait again, as if it had never been tried.
///
/// # Errors
/// When there is no such dead job, or another one does the same already.
pub async fn retry(service: &Service, origin: &Origin, id: JobId) -> Result<(), RetryError> {
    let result = service
        .db
        .write(|mut tx| async move {
            if !jobs::retry(&mut tx, id).await? {
                return Err(RetryError::Unknown);
            }
            events::record(&mut tx, origin, Event::new("job.retry", Subject::Job(id))).await?;
            Ok(())
        })
        .await;
    match result {
        Err(RetryError::Store(store::Error::Taken(_))) => Err(RetryError::Replaced),
        result => result,
    }
}
