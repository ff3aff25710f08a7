//! A mailing that went out.

use domain::{
    MailingId, Millis,
    mailing::{ExclusionReason, Kind},
};
use mail::render::{Line, Report};
use store::{
    Tx, exclusions,
    lists::{self, List},
    mailings::{Counters, Mailing},
    posts::Post,
};

use super::{command, in_short, moment, named, readers, tell, tells_nobody};
use crate::{brand::zone, mailings::brought_or_meant};

/// Every delivery of a mailing was tried.
pub(crate) async fn mailing_went(tx: &mut Tx, mailing: &Mailing) -> Result<(), store::Error> {
    let Some(list) = lists::find(tx, mailing.list).await? else {
        return Ok(());
    };
    if tells_nobody(&list) {
        return Ok(());
    }
    let posts = brought_or_meant(tx, mailing.id).await?;
    let left_out = exclusions::count_by_reason(tx, mailing.id).await?;
    let counters = &mailing.counters;
    let mut lines = vec![
        named(&posts, &zone(&list)),
        Line::Words(when(&list, mailing.send_at, tx.now())),
    ];
    let figures = figures(counters, &left_out);
    if !figures.is_empty() {
        lines.push(Line::Words("Not everybody on the list was sent it:".to_owned()));
        lines.push(Line::Figures { figures });
    }
    lines.extend(to_do(mailing.id, counters));
    let report = Report {
        subject: format!("{}: {}", verdict(counters), in_short(&posts)),
        heading: heading(mailing.kind, &posts, counters),
        lines,
    };
    tell(tx, &list, mailing.id.get(), &report).await
}

/// From when to when it left.
fn when(list: &List, from: Millis, until: Millis) -> String {
    let (from, until) = (moment(list, from), moment(list, until));
    if from == until {
        return format!("It left on {from}.");
    }
    format!("It left from {from} on. The last reader was tried on {until}.")
}

const fn verdict(counters: &Counters) -> &'static str {
    match (counters.accepted + counters.uncertain > 0, counters.deferred > 0) {
        (true, _) => "Sent",
        (false, true) => "Not sent yet",
        (false, false) => "Not sent",
    }
}

fn heading(kind: Kind, posts: &[Post], counters: &Counters) -> String {
    let what = match (kind, posts.len()) {
        (Kind::Digest, _) => "this round-up",
        (Kind::Announcement, 1) => "this post",
        (Kind::Announcement, _) => "these posts",
    };
    match counters.accepted {
        0 => format!("Nobody is known to have been sent {what}"),
        1 => format!("1 reader was sent {what}"),
        more => format!("{} were sent {what}", readers(more)),
    }
}

/// How many were not sent it, and why.
fn figures(counters: &Counters, left_out: &[(ExclusionReason, i64)]) -> Vec<(i64, String)> {
    let tried = [
        (counters.refused, "refused by the mail provider"),
        (
            counters.deferred,
            "put off by the mail provider, and tried again for up to three days",
        ),
        (
            counters.uncertain,
            "unclear: the connection broke at the end, so that it may have arrived",
        ),
        (counters.expired, "given up after three days of trying"),
        (
            counters.withheld,
            "left the list, or may not be mailed any more, before their turn came",
        ),
        (counters.cancelled, "called off"),
        (
            counters.caught,
            "kept by the mail catcher before there was a mail provider, and sent to nobody",
        ),
    ];
    let tried = tried.into_iter().map(|(count, words)| (count, words.to_owned()));
    let left_out = left_out.iter().map(|(reason, count)| (*count, why(*reason).to_owned()));
    tried.chain(left_out).filter(|(count, _)| *count > 0).collect()
}

/// Why readers were not among those whom it was for, after their number.
const fn why(reason: ExclusionReason) -> &'static str {
    match reason {
        ExclusionReason::Suppressed => "must not be mailed: their address does not work, or they asked not to be",
        ExclusionReason::Erased => "were erased",
        ExclusionReason::Paused => "have paused the list",
        ExclusionReason::Slower => "chose to be mailed less often, and get it at their own time",
        ExclusionReason::NothingNew => {
            "had nothing new in it: they had it already, joined later, or chose other topics"
        }
    }
}

/// What staff can do about what did not arrive.
fn to_do(id: MailingId, counters: &Counters) -> Vec<Line> {
    if counters.refused + counters.expired == 0 {
        return Vec::new();
    }
    vec![
        Line::Words(
            "Nothing needs doing about single refusals: an address that is said not to exist gets no more mail, and the \
             others are mailed again with what comes next. Where many were refused, see whether the provider takes your mail \
             at all:"
                .to_owned(),
        ),
        command("To try it with one mail:", "paperround mail test YOUR-ADDRESS".to_owned()),
        Line::Words(format!(
            "Admins find the provider's answer for each reader in the API: GET \
             /api/v1/mailings/{id}/deliveries?outcome=refused."
        )),
    ]
}
