//! Addresses that an admin does not want mailed, whether or not a subscriber is behind them.

use domain::{
    EmailAddress, SuppressionId,
    suppression::{Note, Reason},
};
use serde_json::json;
use store::{
    Tx,
    events::{self, Event, Origin, Subject},
    subscribers,
    suppressions::{self, Suppression},
};

use crate::Service;

/// Why an address must not be mailed; nothing when it may.
///
/// # Errors
/// The database's.
pub async fn blocks(service: &Service, address: &EmailAddress) -> Result<Vec<Suppression>, store::Error> {
    let hash = &service.keys.suppression_hash(address);
    service
        .db
        .read(|mut tx| async move { suppressions::in_force(&mut tx, hash).await })
        .await
}

/// Blocks an address. Gives all that is in force for it now. Doing it again changes nothing.
///
/// # Errors
/// The database's.
pub async fn block(
    service: &Service,
    origin: &Origin,
    address: &EmailAddress,
    note: Option<&Note>,
) -> Result<Vec<Suppression>, store::Error> {
    let hash = &service.keys.suppression_hash(address);
    service
        .db
        .write(|mut tx| async move {
            if let Some(id) = suppressions::add(&mut tx, address, hash, Reason::Admin, note).await? {
                record(&mut tx, origin, "suppression.add", address, (id, Reason::Admin)).await?;
            }
            suppressions::in_force(&mut tx, hash).await
        })
        .await
}

/// Lifts whatever is in force for an address. Gives what that was.
///
/// # Errors
/// The database's.
pub async fn unblock(
    service: &Service,
    origin: &Origin,
    address: &EmailAddress,
) -> Result<Vec<Suppression>, store::Error> {
    let hash = &service.keys.suppression_hash(address);
    service
        .db
        .write(|mut tx| async move {
            let lifted = suppressions::in_force(&mut tx, hash).await?;
            for &Suppression { id, reason, .. } in &lifted {
                suppressions::lift(&mut tx, hash, reason).await?;
                record(&mut tx, origin, "suppression.lift", address, (id, reason)).await?;
            }
            Ok(lifted)
        })
        .await
}

/// Writes a line about a suppression of an address, and about the subscriber behind that if there is one.
async fn record(
    tx: &mut Tx,
    origin: &Origin,
    action: &'static str,
    address: &EmailAddress,
    (suppression, reason): (SuppressionId, Reason),
) -> Result<(), store::Error> {
    let mut event = Event::new(action, Subject::Suppression(suppression)).with(json!({ "reason": reason }));
    if let Some(subscriber) = subscribers::find_by_address(tx, address).await? {
        event = event.about(subscriber.id);
    }
    events::record(tx, origin, event).await
}
