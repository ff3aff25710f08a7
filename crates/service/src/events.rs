//! Reading the log of what happened.

use domain::EventId;
use store::events::{self, About, Line};

use crate::Service;

/// The lines about something before an id, the latest first.
///
/// # Errors
/// The database's.
pub async fn page(
    service: &Service,
    about: About,
    before: Option<EventId>,
    most: u32,
) -> Result<Vec<Line>, store::Error> {
    service
        .db
        .read(|mut tx| async move { events::page(&mut tx, about, before, most).await })
        .await
}
