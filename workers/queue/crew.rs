//! What an apalis worker does with a loan.

use apalis::prelude::{BoxDynError, Data};
use store::{Db, jobs::Ending};
use tokio_util::sync::CancellationToken;

use super::{Loan, execute};
use crate::Work;

/// What runs need, handed to each by apalis.
#[derive(Debug, Clone)]
pub(crate) struct Crew<W> {
    pub(crate) db: Db,
    pub(crate) work: W,
    /// Cancelled when the process waits no longer.
    pub(crate) abandon: CancellationToken,
}

/// Runs one job, unless the process stops waiting for it: then the job is given back.
pub(crate) async fn run_loan<W: Work>(loan: Loan, crew: Data<Crew<W>>) -> Result<Ending, BoxDynError> {
    let run = execute(&crew.db, &crew.work, loan.claimed.clone(), loan.lease.clone());
    tokio::select! {
        biased;
        ending = run => Ok(ending),
        () = crew.abandon.cancelled() => Ok(Ending::GivenBack),
    }
}
