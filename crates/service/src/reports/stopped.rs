//! A mailing that stopped by itself.

use domain::mailing::Kind;
use mail::render::{Line, Report};
use store::{Tx, lists, mailings::Mailing};

use super::{command, in_short, moment, named, readers, tell, tells_nobody};
use crate::{brand::zone, mailings::brought_or_meant};

/// A mailing was stopped by no person, for a reason that names no address. It is as it was before.
pub(crate) async fn mailing_stopped(tx: &mut Tx, mailing: &Mailing, reason: &str) -> Result<(), store::Error> {
    let Some(list) = lists::find(tx, mailing.list).await? else {
        return Ok(());
    };
    if tells_nobody(&list) {
        return Ok(());
    }
    let id = mailing.id;
    let posts = brought_or_meant(tx, id).await?;
    let what = match mailing.kind {
        Kind::Announcement => "mail",
        Kind::Digest => "round-up",
    };
    let mut lines = vec![
        named(&posts, &zone(&list)),
        Line::Words(format!("It stopped on {}, for this reason:", moment(&list, tx.now()))),
        Line::Words(reason.trim_end_matches('.').to_owned() + "."),
        Line::Words(so_far(mailing)),
        command("To see where it stands:", format!("paperround mailing show {id}")),
    ];
    if mailing.state.may_send() {
        let test = "paperround mail test YOUR-ADDRESS".to_owned();
        lines.push(command("To see whether the mail provider takes one mail:", test));
    }
    lines.push(command("To let it go on:", format!("paperround mailing resume {id}")));
    lines.push(command("To call it off:", format!("paperround mailing cancel {id}")));
    let report = Report {
        subject: format!("Stopped: {}", in_short(&posts)),
        heading: format!("Shall this {what} go on?"),
        lines,
    };
    tell(tx, &list, id.get(), &report).await
}

/// How many were sent it before it stopped.
fn so_far(mailing: &Mailing) -> String {
    let had = match mailing.counters.accepted {
        0 => "Nobody is known to have been sent it so far.".to_owned(),
        1 => "1 reader was sent it so far.".to_owned(),
        more => format!("{} were sent it so far.", readers(more)),
    };
    format!("{had} Nothing more of it leaves until somebody decides.")
}
