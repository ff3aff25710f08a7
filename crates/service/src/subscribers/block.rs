//! Addresses that an admin does not want mailed, whether or not a subscriber is behind them.

use domain::{
    EmailAddress,
    suppression::{Note, Reason},
};
use serde_json::json;
use store::{
    Tx,
    events::{self, Event, Origin},
    subscribers,
    suppressions::{self, Suppression},
};
use uuid::Uuid;

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
            if suppressions::add(&mut tx, address, hash, Reason::Admin, note).await? {
                record(&mut tx, origin, "suppression.add", address, hash, Reason::Admin).await?;
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
            for suppression in &lifted {
                record(&mut tx, origin, "suppression.lift", address, hash, suppression.reason).await?;
                suppressions::lift(&mut tx, hash, suppression.reason).await?;
            }
            Ok(lifted)
        })
        .await
}

/// Writes a line about the suppression that is in force for this reason.
async fn record(
    tx: &mut Tx,
    origin: &Origin,
    action: &'static str,
    address: &EmailAddress,
    hash: &[u8; 32],
    reason: Reason,
) -> Result<(), store::Error> {
    let in_force = suppressions::in_force(tx, hash).await?;
    let suppression = in_force.iter().find(|each| each.reason == reason);
    let event = Event {
        action,
        subject: ("suppression", suppression.map_or(Uuid::nil(), |each| each.id.get())),
        list: None,
        subscriber: subscribers::find_by_address(tx, address)
            .await?
            .map(|subscriber| subscriber.id),
        detail: json!({ "reason": reason }),
    };
    events::record(tx, origin, event).await
}
