//! A mailing that waits for somebody to let it go.

use domain::{
    MailingId,
    mailing::{Audience, Kind},
    rules::Deadline,
};
use mail::render::{Line, Report};
use store::{
    Tx,
    lists::{self, List},
    mailings::{Mailing, New},
    posts::Post,
    subscriptions,
};

use super::{command, in_short, moment, named, readers, tell, tells_nobody};
use crate::{Service, brand::zone};

/// A draft waits for a person; it would bring readers these posts.
pub(crate) async fn draft_waits(
    tx: &mut Tx,
    list: &List,
    (id, new): (MailingId, &New),
    posts: &[Post],
) -> Result<(), store::Error> {
    if tells_nobody(list) {
        return Ok(());
    }
    let count = audience(tx, list, new.audience).await?;
    let what = match new.kind {
        Kind::Announcement => "mail",
        Kind::Digest => "round-up",
    };
    let report = Report {
        subject: format!("Waiting for you: {}", in_short(posts)),
        heading: format!("Shall this {what} go out?"),
        lines: vec![
            Line::Words(format!("It is for {}{}.", readers(count), at(&new.audience))),
            named(posts, &zone(list)),
            Line::Words(deadline(list, new)),
            command("To look at it:", format!("paperround mailing show {id}")),
            command("To let it go:", format!("paperround mailing approve {id}")),
            command("To call it off:", format!("paperround mailing cancel {id}")),
            Line::Words(format!(
                "The mail itself, as readers would get it, is in the API: GET /api/v1/mailings/{id}/preview."
            )),
        ],
    };
    tell(tx, list, id.get(), &report).await
}

/// How many readers a draft would go to now; more or fewer may get it, because they are chosen when it is approved.
///
/// # Errors
/// The database's.
pub async fn readers_of_draft(service: &Service, draft: &Mailing) -> Result<i64, store::Error> {
    let (list, of) = (draft.list, draft.audience);
    service
        .db
        .read(|mut tx| async move {
            match lists::find(&mut tx, list).await? {
                Some(list) => audience(&mut tx, &list, of).await,
                None => Ok(0),
            }
        })
        .await
}

/// How many readers are mailed at the cadence of a mailing and have not paused the list.
async fn audience(tx: &mut Tx, list: &List, audience: Audience) -> Result<i64, store::Error> {
    let counts = subscriptions::count_by_cadence(tx, list.id).await?;
    let of_it = (counts.into_iter()).filter(|(chosen, _)| audience.includes(*chosen, list.settings.cadence));
    Ok(of_it.map(|(_, count)| count).sum())
}

fn at(audience: &Audience) -> String {
    match audience {
        Audience::Cadence(cadence) => format!(" who are mailed {}", cadence.words()),
        Audience::Asked => String::new(),
    }
}

/// Until when it waits, and what happens then.
fn deadline(list: &List, new: &New) -> String {
    match new
        .draft
        .and_then(|draft| draft.approve_by.map(|until| (until, draft.then)))
    {
        None => "It waits until somebody decides.".to_owned(),
        Some((until, Deadline::Send)) => {
            format!("If nobody decides before, it is sent on {}.", moment(list, until))
        }
        Some((until, Deadline::Hold)) => format!(
            "Please decide by {}. It is not sent by itself then, but goes on waiting.",
            moment(list, until)
        ),
    }
}
