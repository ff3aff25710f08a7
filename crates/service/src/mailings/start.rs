//! From frozen to sending: now, at its moment, or once somebody has said yes.

use domain::{
    MailingId, Millis,
    mailing::{STALE, State},
};
use store::{
    Tx,
    mailings::{self, Mailing},
};

use super::WAITING_FOR_PROVIDER;
use crate::{Service, delivery, reports};

/// What a mailing says that goes to nobody.
const NOBODY: &str = "nobody was owed anything of it";
/// How many waiting mailings are looked at in one go.
const AT_ONCE: u32 = 100;

/// Stops a mailing where it is because somebody said so. It is locked, and not over.
pub(super) async fn hold(tx: &mut Tx, mailing: &Mailing, reason: &str) -> Result<(), store::Error> {
    mailings::set_state(tx, mailing.id, State::Paused, Some(mailing.state), Some(reason)).await
}

/// Stops a mailing that nobody asked to stop, to go on from a state once somebody has decided, and tells staff. It is
/// locked, and not over.
pub(crate) async fn stop(tx: &mut Tx, mailing: &Mailing, resumes_as: State, reason: &str) -> Result<(), store::Error> {
    mailings::set_state(tx, mailing.id, State::Paused, Some(resumes_as), Some(reason)).await?;
    reports::mailing_stopped(tx, mailing, reason).await
}

/// What a frozen mailing does next.
enum Next {
    /// Nobody is to get it.
    Settle,
    /// It waits, for its moment or for what the reason names.
    Wait(Option<&'static str>),
    /// It waited for so long that a person decides.
    Ask,
    /// It goes out.
    Open,
}

fn next(mailing: &Mailing, now: Millis, has_provider: bool) -> Next {
    if mailing.counters.deliveries == 0 {
        Next::Settle
    } else if now < mailing.send_at {
        Next::Wait(None)
    } else if now.since(mailing.send_at) > STALE {
        Next::Ask
    } else if has_provider {
        Next::Open
    } else {
        Next::Wait(Some(WAITING_FOR_PROVIDER))
    }
}

/// Starts a frozen mailing that is locked, unless something is missing, which it then says. One that is due for more than
/// a day asks a person first.
pub(super) async fn start(tx: &mut Tx, service: &Service, mailing: &Mailing) -> Result<(), store::Error> {
    let id = mailing.id;
    match next(mailing, tx.now(), service.office.has_provider()) {
        Next::Settle => mailings::set_state(tx, id, State::Settled, None, Some(NOBODY)).await,
        Next::Wait(reason) => mailings::set_state(tx, id, State::Waiting, None, reason).await,
        Next::Ask => {
            let reason = format!(
                "it has been due since {}: resume it if it should still go out",
                mailing.send_at
            );
            stop(tx, mailing, State::Waiting, &reason).await
        }
        Next::Open => {
            mailings::set_state(tx, id, State::Sending, None, None).await?;
            delivery::fill_lanes(tx, mailing, service.office.lanes()).await
        }
    }
}

/// Starts the mailings whose moment has come, or for which there is a provider now.
///
/// # Errors
/// The database's.
pub async fn start_waiting(service: &Service) -> Result<(), store::Error> {
    let waiting = service
        .db
        .read(|mut tx| async move { mailings::waiting(&mut tx, AT_ONCE).await })
        .await?;
    for mailing in waiting {
        match next(&mailing, service.now(), service.office.has_provider()) {
            // It says so already.
            Next::Wait(reason) if mailing.reason.as_deref() == reason => {}
            _ => start_one(service, mailing.id).await?,
        }
    }
    Ok(())
}

/// Starts one mailing that waits.
async fn start_one(service: &Service, id: MailingId) -> Result<(), store::Error> {
    service
        .db
        .claim(|mut tx| async move {
            match mailings::lock(&mut tx, id).await? {
                Some(mailing) if mailing.state == State::Waiting => start(&mut tx, service, &mailing).await,
                _ => Ok(()),
            }
        })
        .await
}
