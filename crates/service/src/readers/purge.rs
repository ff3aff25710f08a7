//! Forgetting what is kept no longer.

use std::time::Duration;

use domain::signup::KEPT_UNCONFIRMED;
use store::{
    Tx, access_links, installation, messages,
    retention::{self, Cursor},
    signups::{self, Signup},
    subscribers, subscriptions,
};

use crate::Service;

/// After this time, network addresses are cut to their network.
const ADDRESSES_KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// After this time (13 months), records of single mails and of deliveries are dropped.
const RECORDS_KEPT: Duration = Duration::from_secs(396 * 24 * 60 * 60);
/// How many rows one transaction handles: it bounds how long the write lock is held.
const STEP: i64 = 500;
/// Where the database remembers up to when addresses were cut.
const CUT_UNTIL: &str = "addresses-cut-until";

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purged {
    /// How many sign-ups that nobody confirmed.
    pub signups: usize,
}

/// Forgets sign-ups that nobody confirmed in time, links that stopped working and records of mails past their time, and
/// cuts network addresses that are old enough. It works in steps, and can be stopped and repeated at any of them.
///
/// # Errors
/// The database's.
pub async fn purge(service: &Service) -> Result<Purged, store::Error> {
    let signups = forget_signups(service).await?;
    cut_addresses(service).await?;
    drop_records(service).await?;
    service
        .db
        .write(|mut tx| async move {
            let before = tx.now() - KEPT_UNCONFIRMED;
            access_links::delete_older(&mut tx, before).await
        })
        .await?;
    Ok(Purged { signups })
}

async fn forget_signups(service: &Service) -> Result<usize, store::Error> {
    let mut forgotten = 0;
    loop {
        let step = service
            .db
            .write(|mut tx| async move {
                let before = tx.now() - KEPT_UNCONFIRMED;
                let signups = signups::unconfirmed(&mut tx, before, STEP).await?;
                for signup in &signups {
                    forget(&mut tx, signup).await?;
                }
                Ok::<_, store::Error>(signups.len())
            })
            .await?;
        if step == 0 {
            return Ok(forgotten);
        }
        forgotten += step;
    }
}

/// Forgets one sign-up, and with the last of its subscription's also that, and with that whoever never joined a list.
async fn forget(tx: &mut Tx, signup: &Signup) -> Result<(), store::Error> {
    messages::delete_of_signup(tx, signup.id).await?;
    signups::delete(tx, signup.id).await?;
    let Some(id) = signup.subscription else {
        return Ok(());
    };
    if signups::is_asked_for(tx, id).await? {
        return Ok(());
    }
    if let Some(subscription) = subscriptions::find(tx, id).await? {
        subscriptions::give_up(tx, id).await?;
        subscribers::delete_if_unused(tx, subscription.subscriber).await?;
    }
    Ok(())
}

async fn drop_records(service: &Service) -> Result<(), store::Error> {
    let before = Cursor::at(service.now() - RECORDS_KEPT);
    loop {
        let dropped = service
            .db
            .write(|mut tx| async move {
                let messages = retention::drop_messages(&mut tx, before, STEP).await?;
                Ok::<_, store::Error>(messages + retention::drop_deliveries(&mut tx, before, STEP).await?)
            })
            .await?;
        if dropped == 0 {
            return Ok(());
        }
    }
}

async fn cut_addresses(service: &Service) -> Result<(), store::Error> {
    let until = service.now() - ADDRESSES_KEPT;
    let known = service
        .db
        .read(|mut tx| async move { installation::moment(&mut tx, CUT_UNTIL).await })
        .await?;
    let from = known.unwrap_or_default();
    let to = Cursor::at(until);
    let mut next = Some(Cursor::at(from));
    while let Some(cursor) = next {
        next = service
            .db
            .write(|mut tx| async move { retention::cut_signups(&mut tx, cursor, to, STEP).await })
            .await?;
    }
    let mut next = Some(Cursor::at(from));
    while let Some(cursor) = next {
        next = service
            .db
            .write(|mut tx| async move { retention::cut_events(&mut tx, cursor, to, STEP).await })
            .await?;
    }
    service
        .db
        .write(|mut tx| async move { installation::set_moment(&mut tx, CUT_UNTIL, until).await })
        .await
}
