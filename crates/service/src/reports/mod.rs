//! What staff are told by mail, where a list names somebody to tell: how mailings went, which stopped, drafts that wait,
//! posts that are held, feeds that fail.

use domain::{Job, Millis, message};
use jiff::tz::TimeZone;
use mail::render::{Line, Listed, Report};
use store::{
    Tx,
    jobs::{self, When},
    lists::List,
    messages::{self, NewMessage},
    posts::Post,
};
use uuid::Uuid;

use crate::brand::zone;

mod draft;
mod feed;
mod outcome;
mod stopped;
mod went;

pub(crate) use draft::draft_waits;
pub use draft::readers_of_draft;
pub(crate) use feed::{FAILURES, feed_fails, posts_held};
pub use outcome::summary;
pub(crate) use stopped::mailing_stopped;
pub(crate) use went::mailing_went;

/// How many posts a mail names.
const MOST_POSTS: usize = 10;

/// Whether there is nobody to tell, so that nothing needs to be looked up.
fn tells_nobody(list: &List) -> bool {
    list.settings.rules.reports_to.is_empty()
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

/// A moment by the list's clock, such as "26 November 2026, 09:00 CET".
fn moment(list: &List, at: Millis) -> String {
    at.timestamp()
        .to_zoned(zone(list))
        .strftime("%-d %B %Y, %H:%M %Z")
        .to_string()
}

/// The first posts by their titles.
fn named(posts: &[Post], zone: &TimeZone) -> Line {
    let listed = posts.iter().take(MOST_POSTS).map(|Post { content, .. }| {
        let day = content
            .published_at
            .map(|at| at.timestamp().to_zoned(zone.clone()).date());
        Listed::new(title(content), content.link.as_deref(), day)
    });
    Line::Posts {
        posts: listed.collect(),
        more: posts.len().saturating_sub(MOST_POSTS),
    }
}

/// Posts in one line: "Sleep and the clock", "Sleep and the clock, and 2 more".
fn in_short(posts: &[Post]) -> String {
    match posts {
        [] => "no posts".to_owned(),
        [only] => title(&only.content).to_owned(),
        [first, more @ ..] => format!("{}, and {} more", title(&first.content), more.len()),
    }
}

/// A post's title, or its page, where it has none.
fn title(content: &store::posts::Content) -> &str {
    match content.title.trim() {
        "" => content.link.as_deref().unwrap_or("a post without a title"),
        title => title,
    }
}

fn command(does: &str, command: String) -> Line {
    Line::Command {
        does: does.to_owned(),
        command,
    }
}

/// "1 reader", "312 readers".
fn readers(count: i64) -> String {
    format!("{count} reader{}", if count == 1 { "" } else { "s" })
}
