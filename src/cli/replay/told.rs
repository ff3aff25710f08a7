//! A replay as people read it.

use jiff::tz::TimeZone;
use service::replay::Replay;

use crate::cli::{moment, table::Table};

/// A replay as people read it.
pub(super) fn told(replay: &Replay, notes: &[String], zone: &TimeZone) -> String {
    let mut text = format!(
        "From {} to {}, {}. Nothing was mailed.\n\n",
        moment::minute(replay.since.into(), zone),
        moment::minute(replay.until.into(), zone),
        count(replay.readers, "reader")
    );
    let mut table = Table::new(&["WHEN", "HOW OFTEN", "READERS", "POSTS"]);
    for mailing in &replay.mailings {
        for (place, brought) in mailing.posts.iter().enumerate() {
            let title = if brought.readers == mailing.readers {
                brought.post.title.clone()
            } else {
                format!("{} (to {})", brought.post.title, brought.readers)
            };
            let first = |cell: String| if place == 0 { cell } else { String::new() };
            table.add([
                first(moment::minute(mailing.at.into(), zone)),
                first(mailing.cadence.words()),
                first(mailing.readers.to_string()),
                title,
            ]);
        }
    }
    text.push_str(&if table.is_empty() {
        "No mailing.\n".to_owned()
    } else {
        table.to_string()
    });
    if !replay.never_sent.is_empty() {
        let mut table = Table::new(&["NEVER SENT", "DATE", "STATE", "REASON"]);
        for never in &replay.never_sent {
            table.add([
                never.post.title.clone(),
                moment::day(never.post.published_at.map(Into::into), zone),
                never.state.to_string(),
                never.reason.clone(),
            ]);
        }
        text.push_str(&format!("\n{table}"));
    }
    let mails: u64 = replay.mailings.iter().map(|mailing| mailing.readers).sum();
    text.push_str(&format!(
        "\n{}, {}; {} never sent.\n",
        count(replay.mailings.len() as u64, "mailing"),
        count(mails, "mail"),
        count(replay.never_sent.len() as u64, "post")
    ));
    for note in notes {
        text.push_str(&format!("{note}\n"));
    }
    text
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use domain::post::State;
    use service::replay::{Brought, Mailing, NeverSent, Post};

    use super::*;

    #[test]
    fn a_replay_is_a_table_of_mailings_then_what_was_never_sent() {
        let post = |title: &str, date: &str| Post {
            title: title.to_owned(),
            url: None,
            published_at: Some(date.parse().unwrap()),
        };
        let mailing = |at: &str, cadence: &str, readers, posts| Mailing {
            at: at.parse().unwrap(),
            cadence: cadence.parse().unwrap(),
            readers,
            posts,
        };
        let (sleep, soup) = (
            post("Sleep well", "2026-03-27T20:00Z"),
            post("Soup", "2026-03-28T20:00Z"),
        );
        let brought = |post: &Post, readers| Brought {
            post: post.clone(),
            readers,
        };
        let replay = Replay {
            since: "2026-03-25T23:00Z".parse().unwrap(),
            until: "2026-03-30T21:59:59Z".parse().unwrap(),
            readers: 313,
            mailings: vec![
                mailing("2026-03-28T08:00Z", "daily 09:00", 312, vec![brought(&sleep, 312)]),
                mailing("2026-03-29T07:00Z", "daily 09:00", 312, vec![brought(&soup, 312)]),
                mailing(
                    "2026-03-30T07:00Z",
                    "weekly mon 09:00",
                    1,
                    vec![brought(&sleep, 1), brought(&soup, 1)],
                ),
            ],
            never_sent: vec![NeverSent {
                post: post("A walk a day", "2026-03-01T09:00Z"),
                state: State::Baseline,
                reason: "was there when the feed was connected".to_owned(),
            }],
        };
        let zone = TimeZone::get("Europe/Paris").unwrap();

        insta::assert_snapshot!(told(&replay, &["Drafts are taken to be approved at once.".to_owned()], &zone), @r"
        From Thu 26 Mar 2026, 00:00 CET to Mon 30 Mar 2026, 23:59 CEST, 313 readers. Nothing was mailed.

        WHEN                         HOW OFTEN              READERS  POSTS
        Sat 28 Mar 2026, 09:00 CET   every day at 09:00     312      Sleep well
        Sun 29 Mar 2026, 09:00 CEST  every day at 09:00     312      Soup
        Mon 30 Mar 2026, 09:00 CEST  every Monday at 09:00  1        Sleep well
                                                                     Soup

        NEVER SENT    DATE        STATE     REASON
        A walk a day  1 Mar 2026  baseline  was there when the feed was connected

        3 mailings, 625 mails; 1 post never sent.
        Drafts are taken to be approved at once.
        ");
    }
}
