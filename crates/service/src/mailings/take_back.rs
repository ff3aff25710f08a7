//! A mailing that is cancelled before it is frozen is as if it had not been made: who was copied is taken out again, a few
//! thousand at a time, and what it was to bring is owed to all of its readers.

use domain::{
    MailingId,
    mailing::{Audience, State},
    post::{self, Fate},
};
use store::{
    Tx,
    events::Actor,
    mailings::{self, Mailing},
    paces, posts,
};

use super::plan::enqueue_freezing;
use crate::Service;

/// Has the readers of a mailing taken out who were copied so far. What staff announced, and no other mailing brought,
/// waits for them to say what becomes of it; the posts of other mailings come with the next.
pub(super) async fn begin(tx: &mut Tx, mailing: &Mailing, actor: &Actor) -> Result<(), store::Error> {
    match mailing.audience {
        Audience::Asked => hold_posts(tx, mailing, actor).await?,
        // What found no room in it must not have another made at once.
        Audience::Cadence(cadence) => paces::forget_rest(tx, mailing.list, &cadence, mailing.id).await?,
    }
    enqueue_freezing(tx, mailing.id).await
}

/// Has the next mailing of a cadence choose from all that a mailing was to bring that is about to be cancelled before it is
/// frozen; whoever leaves the cadence first takes that along. It makes no mailing due.
pub(super) async fn owe_again(tx: &mut Tx, mailing: &Mailing) -> Result<(), store::Error> {
    let Audience::Cadence(cadence) = mailing.audience else {
        return Ok(());
    };
    match mailings::unfrozen_since(tx, mailing.list, &mailing.audience).await? {
        Some(first) => paces::take_in(tx, mailing.list, &cadence, first.offset(-1)).await,
        None => Ok(()),
    }
}

async fn hold_posts(tx: &mut Tx, mailing: &Mailing, actor: &Actor) -> Result<(), store::Error> {
    let fate = Fate::new(
        post::State::Held,
        format!("its announcement was cancelled by {actor}: release it to have it mailed"),
    );
    for post in mailings::pool(tx, mailing.id).await? {
        if mailings::that_brought(tx, post.id).await?.is_empty() {
            posts::move_to(tx, post.id, &[post::State::Mailed], &fate).await?;
        }
    }
    Ok(())
}

/// Takes out at most `most` readers of a mailing that was cancelled before it was frozen; false when nobody is left. The
/// mailing's mark and counters move with them, so that it can be repeated after a crash at any moment.
///
/// # Errors
/// The database's.
pub async fn take_back_step(service: &Service, id: MailingId, most: i64) -> Result<bool, store::Error> {
    service
        .db
        .claim(|mut tx| async move {
            match mailings::lock(&mut tx, id).await? {
                Some(mailing) if mailing.state == State::Cancelled && mailing.resumes_as.is_some() => {
                    mailings::take_back(&mut tx, &mailing, most).await
                }
                _ => Ok(false),
            }
        })
        .await
}
