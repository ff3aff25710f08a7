//! What staff are told by mail, where a list names somebody to tell: how mailings went, drafts that wait, posts that are
//! held, feeds that fail.

use domain::{
    Job, MailingId, Millis,
    mailing::{ExclusionReason, Kind},
    message,
};
use mail::render::Report;
use store::{
    Tx, exclusions,
    feeds::Feed,
    jobs::{self, When},
    lists::{self, List},
    mailings::{Counters, Mailing, New},
    messages::{self, NewMessage},
};
use uuid::Uuid;

use crate::brand::zone;

/// How often a feed fails in a row before staff are told: not for the hiccup of an hour.
pub(crate) const FAILURES: i64 = 3;

/// A draft waits for a person.
pub(crate) async fn draft_waits(tx: &mut Tx, list: &List, id: MailingId, new: &New) -> Result<(), store::Error> {
    let what = match new.kind {
        Kind::Announcement => "An announcement",
        Kind::Digest => "A round-up",
    };
    let draft = new.draft.and_then(|draft| draft.approve_by.zip(Some(draft.then)));
    let then = match draft {
        None => "It waits until somebody approves it.".to_owned(),
        Some((until, domain::rules::Deadline::Send)) => {
            format!("If nobody looks at it, it is sent on {}.", moment(list, until))
        }
        Some((_, domain::rules::Deadline::Hold)) => {
            "If nobody looks at it, it goes on waiting until somebody approves or cancels it.".to_owned()
        }
    };
    let report = Report {
        subject: "a mailing waits for you".to_owned(),
        lines: vec![
            format!("{what} is ready, and waits for somebody to approve it."),
            then,
            format!("To let it go: paperround mailing approve {id}"),
        ],
    };
    tell(tx, list, id.get(), &report).await
}

/// Every delivery of a mailing was tried.
pub(crate) async fn mailing_went(tx: &mut Tx, mailing: &Mailing) -> Result<(), store::Error> {
    let Some(list) = lists::find(tx, mailing.list).await? else {
        return Ok(());
    };
    if list.settings.rules.reports_to.is_empty() {
        return Ok(());
    }
    let left_out = exclusions::count_by_reason(tx, mailing.id).await?;
    let line = summary(&mailing.counters, &left_out);
    let report = Report {
        subject: line.clone(),
        lines: vec![format!(
            "The mailing of {} went out: {line}.",
            moment(&list, mailing.send_at)
        )],
    };
    tell(tx, &list, mailing.id.get(), &report).await
}

/// Posts of a feed are held until staff answer a question.
pub(crate) async fn posts_held(tx: &mut Tx, list: &List, feed: &Feed, question: &str) -> Result<(), store::Error> {
    let report = Report {
        subject: "new posts wait for you".to_owned(),
        lines: vec![
            format!("The feed {}: {question}", feed.url),
            format!(
                "To mail them: paperround feed release {0}. To leave them out: paperround feed skip {0}",
                feed.id
            ),
        ],
    };
    tell(tx, list, feed.id.get(), &report).await
}

/// A feed cannot be read.
pub(crate) async fn feed_fails(tx: &mut Tx, list: &List, feed: &Feed, why: &str) -> Result<(), store::Error> {
    let report = Report {
        subject: "the blog's feed cannot be read".to_owned(),
        lines: vec![
            format!(
                "The feed {} could not be read {FAILURES} times in a row: {why}.",
                feed.url
            ),
            "It is tried again by itself, later each time. Until then no new posts are found.".to_owned(),
        ],
    };
    tell(tx, list, feed.id.get(), &report).await
}

/// One mail to each whom the list reports to.
async fn tell(tx: &mut Tx, list: &List, subject: Uuid, report: &Report) -> Result<(), store::Error> {
    for address in &list.settings.rules.reports_to {
        let new = NewMessage {
            kind: message::Kind::Report,
            list: list.id,
            subscriber: None,
            signup: None,
            subject,
            post: None,
            report: Some(serde_json::to_string(report).expect("a report has no keys but strings")),
            address,
        };
        let message = messages::insert(tx, &new).await?;
        jobs::enqueue(tx, &Job::SendMessage { message }, When::now()).await?;
    }
    Ok(())
}

/// How a mailing went, in one line: "312 sent, 2 refused, 5 left out (3 chose less often, 2 must not be mailed)".
#[must_use]
pub fn summary(counters: &Counters, left_out: &[(ExclusionReason, i64)]) -> String {
    let mut parts = vec![format!("{} sent", counters.accepted)];
    let more = [
        (counters.deferred, "trying again"),
        (counters.uncertain, "unclear"),
        (counters.refused, "refused"),
        (counters.expired, "given up"),
        (counters.withheld, "left meanwhile"),
        (counters.cancelled, "called off"),
    ];
    parts.extend(
        more.iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}")),
    );
    if counters.excluded > 0 {
        let why: Vec<String> = left_out
            .iter()
            .map(|(reason, count)| format!("{count} {}", words(*reason)))
            .collect();
        parts.push(format!("{} left out ({})", counters.excluded, why.join(", ")));
    }
    parts.join(", ")
}

const fn words(reason: ExclusionReason) -> &'static str {
    match reason {
        ExclusionReason::Suppressed => "must not be mailed",
        ExclusionReason::Erased => "erased",
        ExclusionReason::Paused => "have paused",
        ExclusionReason::Slower => "chose less often",
        ExclusionReason::NothingNew => "had it all",
    }
}

/// A moment by the list's clock.
fn moment(list: &List, at: Millis) -> String {
    at.timestamp()
        .to_zoned(zone(list))
        .strftime("%-d %B %Y, %H:%M")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailing_is_told_in_one_line() {
        let counters = Counters {
            accepted: 312,
            refused: 2,
            excluded: 5,
            ..Counters::default()
        };
        let left_out = [(ExclusionReason::Slower, 3), (ExclusionReason::Suppressed, 2)];

        assert_eq!(
            summary(&counters, &left_out),
            "312 sent, 2 refused, 5 left out (3 chose less often, 2 must not be mailed)"
        );
        assert_eq!(summary(&Counters::default(), &[]), "0 sent");
    }
}
