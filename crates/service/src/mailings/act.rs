//! What staff do to a mailing: approve, pause, resume, cancel.

use domain::{
    MailingId,
    mailing::{Action, State},
};
use serde_json::json;
use store::{
    Tx,
    events::{self, Event, Origin, Subject},
    jobs,
    mailings::{self, Mailing},
};

use super::{
    plan::enqueue_freezing,
    start::{hold, start},
    take_back,
};
use crate::{Service, delivery};

/// How many drafts are looked at in one go.
const AT_ONCE: u32 = 100;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such mailing.
    #[error("there is no such mailing")]
    Unknown,
    /// The mailing's state does not allow it.
    #[error("a mailing that is {state} cannot be asked to {action}")]
    NotNow {
        /// What was asked for.
        action: Action,
        /// The mailing's state.
        state: State,
    },
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Approves, pauses, resumes or cancels a mailing. Mails that are under way when it is paused or cancelled still arrive, and are
/// counted.
///
/// # Errors
/// When there is no such mailing, or its state does not allow it.
pub async fn act(service: &Service, origin: &Origin, id: MailingId, action: Action) -> Result<Mailing, ActError> {
    service
        .db
        .claim(|mut tx| async move {
            let mailing = mailings::lock(&mut tx, id).await?.ok_or(ActError::Unknown)?;
            if !mailing.state.allows(action) {
                let state = mailing.state;
                return Err(ActError::NotNow { action, state });
            }
            match action {
                Action::Approve => approve(&mut tx, id).await?,
                Action::Pause => hold(&mut tx, &mailing, &format!("paused by {}", origin.actor)).await?,
                Action::Resume => resume(&mut tx, service, &mailing).await?,
                Action::Cancel => cancel(&mut tx, service, origin, &mailing).await?,
            }
            let action = match action {
                Action::Approve => "mailing.approve",
                Action::Pause => "mailing.pause",
                Action::Resume => "mailing.resume",
                Action::Cancel => "mailing.cancel",
            };
            let event = Event::new(action, Subject::Mailing(id))
                .on(mailing.list)
                .with(json!({ "was": mailing.state }));
            events::record(&mut tx, origin, event).await?;
            mailings::find(&mut tx, id).await?.ok_or(ActError::Unknown)
        })
        .await
}

/// A draft is frozen as of now.
pub(super) async fn approve(tx: &mut Tx, id: MailingId) -> Result<(), store::Error> {
    mailings::approve(tx, id).await?;
    enqueue_freezing(tx, id).await
}

/// Lets the drafts go out whose deadline says so.
///
/// # Errors
/// The database's.
pub async fn approve_overdue(service: &Service) -> Result<(), store::Error> {
    let overdue = service
        .db
        .read(|mut tx| async move { mailings::overdue(&mut tx, AT_ONCE).await })
        .await?;
    for id in overdue {
        service
            .db
            .claim(|mut tx| async move {
                match mailings::lock(&mut tx, id).await? {
                    Some(mailing) if mailing.state == State::Draft => approve(&mut tx, id).await,
                    _ => Ok(()),
                }
            })
            .await?;
    }
    Ok(())
}

/// A mailing goes on where it was. Its jobs were asleep; one that had not begun gets them now.
async fn resume(tx: &mut Tx, service: &Service, mailing: &Mailing) -> Result<(), store::Error> {
    match mailing.resumes_as.unwrap_or(State::Freezing) {
        State::Waiting => {
            // It may have been due long ago; whoever resumes it says: now.
            let mut mailing = mailing.clone();
            mailing.send_at = mailing.send_at.max(tx.now());
            mailings::set_send_at(tx, mailing.id, mailing.send_at).await?;
            start(tx, service, &mailing).await?;
        }
        state => mailings::set_state(tx, mailing.id, state, None, None).await?,
    }
    jobs::wake_mailing(tx, mailing.id).await?;
    delivery::settle(tx, mailing.id).await
}

/// Every chunk calls off what is left of its range, and takes the next; a mailing that had none yet gets them for this. One
/// that is not frozen yet is taken back.
pub(crate) async fn cancel(
    tx: &mut Tx,
    service: &Service,
    origin: &Origin,
    mailing: &Mailing,
) -> Result<(), store::Error> {
    let reason = format!("cancelled by {}", origin.actor);
    let was = mailing.resumes_as.unwrap_or(mailing.state);
    if mailing.is_unfrozen() {
        take_back::owe_again(tx, mailing).await?;
    }
    let to_take_back = (was == State::Freezing).then_some(was);
    mailings::set_state(tx, mailing.id, State::Cancelled, to_take_back, Some(&reason)).await?;
    jobs::wake_mailing(tx, mailing.id).await?;
    match was {
        State::Freezing => take_back::begin(tx, mailing, &origin.actor).await,
        State::Waiting => delivery::fill_lanes(tx, mailing, service.office.lanes()).await,
        _ => Ok(()),
    }
}
