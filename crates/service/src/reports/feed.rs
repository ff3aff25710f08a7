//! What a feed needs somebody for: posts that are held until a question is answered, and looks that fail.

use mail::render::{Line, Report};
use store::{Tx, feeds::Feed, lists::List, posts};

use super::{command, in_short, named, tell, tells_nobody};
use crate::brand::zone;

/// How often a feed fails in a row before staff are told: not for the hiccup of an hour.
pub(crate) const FAILURES: i64 = 3;

/// Posts of a feed are held until staff answer a question.
pub(crate) async fn posts_held(tx: &mut Tx, list: &List, feed: &Feed, question: &str) -> Result<(), store::Error> {
    if tells_nobody(list) {
        return Ok(());
    }
    let held = posts::held_of(tx, feed.id).await?;
    let report = Report {
        subject: format!("Held for you: {}", in_short(&held)),
        heading: "Shall these posts be mailed?".to_owned(),
        lines: vec![
            Line::Words(question.to_owned()),
            named(&held, &zone(list)),
            Line::Words(format!(
                "They come from {}. Nothing of them is mailed until somebody decides.",
                feed.url
            )),
            command(
                "To mail them with the next mailing:",
                format!("paperround feed release {}", feed.id),
            ),
            command("To leave them out:", format!("paperround feed skip {}", feed.id)),
            command(
                "To see all of them, and decide about each:",
                format!("paperround post list --list {} --state held", list.key),
            ),
        ],
    };
    tell(tx, list, feed.id.get(), &report).await
}

/// A feed cannot be read.
pub(crate) async fn feed_fails(tx: &mut Tx, list: &List, feed: &Feed, why: &str) -> Result<(), store::Error> {
    let report = Report {
        subject: "The blog's feed cannot be read".to_owned(),
        heading: "No new posts are found for now".to_owned(),
        lines: vec![
            Line::Words(format!("Reading {} failed {FAILURES} times in a row: {why}.", feed.url)),
            Line::Words(
                "It is tried again by itself, later each time. Posts that come meanwhile are found then, if the feed still \
                 shows them."
                    .to_owned(),
            ),
            command("To see what is wrong:", format!("paperround feed check {}", feed.url)),
            command("To have it tried now:", format!("paperround feed look {}", feed.id)),
        ],
    };
    tell(tx, list, feed.id.get(), &report).await
}
