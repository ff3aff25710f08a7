//! `paperround replay`: who would have got what and when, had a list existed.

use std::{fs, path::Path};

use anyhow::{Context, bail};
use clap::Args;
use domain::{ListKey, Millis, Topics, Zone, rules::Approval};
use jiff::{
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use serde_json::json;
use service::{
    Service, feeds,
    replay::{self, Look, NeverSent, Replay, Setup},
};
use store::lists::List;
use url::Url;

use super::{
    Globals, moment,
    named::{self, PAGE},
    table::Table,
};

/// Flags of `replay`.
#[derive(Debug, Args)]
pub(super) struct Command {
    /// The blog's or the feed's address, a saved copy of the feed, or a folder of copies that are named by their date,
    /// such as 2026-01-05.xml or 2026-01-05T14-30.xml.
    #[arg(value_name = "FEED-OR-FOLDER")]
    what: String,
    /// The list whose cadences, rules and readers are taken.
    #[arg(long, value_name = "KEY")]
    list: ListKey,
    /// The day on which the list begins; what the feed shows then is not mailed.
    #[arg(long, value_name = "DATE")]
    since: Date,
    /// The last day [default: today].
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Count everybody as if they had been there from the first day.
    #[arg(long)]
    all_from_start: bool,
    /// For programs.
    #[arg(long)]
    json: bool,
}

/// What a feed showed over time.
struct Shown {
    looks: Vec<Look>,
    /// Posts that are in none of the looks.
    out: Vec<NeverSent>,
    /// Where the feed is, if it was asked.
    url: Option<Url>,
    notes: Vec<String>,
}

impl Command {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let house = globals.visit().await?;
        let service = &house.service;
        let list = named::list(service, &self.list).await?;
        let zone = match &list.settings.zone {
            Some(zone) => Zone::rules(zone).clone(),
            None => bail!(
                "hours cannot be counted without a time zone: paperround list change {} --zone Europe/Paris",
                list.key
            ),
        };
        let (since, until) = self.span(&zone, service.now())?;
        let shown = self.shown(service, (since, until), &zone).await?;
        let (included, excluded) = categories(service, &list, shown.url.as_ref()).await?;
        let mut readers = replay::readers_of(service, &list, since).await?;
        house.service.db.close().await;

        let mut notes = shown.notes;
        let rules = list.settings.rules.clone();
        if readers.is_empty() {
            readers = replay::assumed_readers(&list.settings.cadence, &rules.choices, since);
            notes.push("The list has no readers yet: one is assumed for each cadence.".to_owned());
        } else if self.all_from_start {
            readers.iter_mut().for_each(|group| group.joined_at = since);
        } else {
            let late: u64 = readers
                .iter()
                .filter(|group| group.joined_at > since)
                .map(|group| group.count)
                .sum();
            if late > 0 {
                notes.push(format!(
                    "{late} of the readers joined after the first day and got what came after; --all-from-start counts them \
                     from the first day."
                ));
            }
        }
        if rules.first_waits || rules.approval != (Approval::Automatic {}) {
            notes.push("Drafts are taken to be approved at once.".to_owned());
        }
        let setup = Setup {
            cadence: list.settings.cadence,
            zone: zone.clone(),
            rules,
            included,
            excluded,
            since,
            until,
            readers,
            looks: shown.looks,
        };
        let mut replay = tokio::task::spawn_blocking(move || replay::walk(&setup)).await?;
        replay.never_sent.extend(shown.out);
        if self.json {
            let whole = json!({ "list": list.key, "zone": list.settings.zone, "notes": notes, "replay": replay });
            println!("{}", serde_json::to_string_pretty(&whole)?);
        } else {
            print!("{}", told(&replay, &notes, &zone));
        }
        Ok(())
    }

    /// From the beginning of the first day to the end of the last, and not past now.
    fn span(&self, zone: &TimeZone, now: Millis) -> anyhow::Result<(Millis, Millis)> {
        let start = |date: Date| -> anyhow::Result<Millis> { Ok(date.to_zoned(zone.clone())?.timestamp().into()) };
        let since = start(self.since)?;
        let until = match self.until {
            Some(date) => start(date.tomorrow()?)?.offset(-1).min(now),
            None => now,
        };
        if since >= until {
            bail!("--since {} is not in the past of the last day", self.since);
        }
        Ok((since, until))
    }

    async fn shown(
        &self,
        service: &Service,
        (since, until): (Millis, Millis),
        zone: &TimeZone,
    ) -> anyhow::Result<Shown> {
        let path = Path::new(&self.what);
        if path.is_dir() {
            let (copies, notes) = copies(path, zone)?;
            let looks = replay::looks_of_copies(copies, since, until);
            if looks.is_empty() {
                bail!("all copies in {} are younger than the last day", path.display());
            }
            return Ok(Shown {
                looks,
                notes,
                out: Vec::new(),
                url: None,
            });
        }
        let (items, url) = if path.is_file() {
            (read(path)?, None)
        } else {
            let found = feeds::discover(service, &self.what).await?;
            (found.feed.items, Some(found.url))
        };
        let mut notes = Vec::new();
        if let Some(oldest) = items
            .iter()
            .filter_map(|item| item.published)
            .min()
            .filter(|oldest| *oldest > since)
        {
            notes.push(format!(
                "The feed goes back to {} only: what came before is not in it.",
                moment::day(Some(oldest), zone)
            ));
        }
        let (looks, out) = replay::looks_of_document(&items, since, until);
        Ok(Shown { looks, out, url, notes })
    }
}

/// The copies in a folder, and what was left aside.
fn copies(folder: &Path, zone: &TimeZone) -> anyhow::Result<(Vec<Look>, Vec<String>)> {
    let (mut copies, mut aside) = (Vec::new(), Vec::new());
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match moment_of(&path).filter(|_| path.is_file()) {
            Some(moment) => copies.push(Look {
                at: moment.to_zoned(zone.clone())?.timestamp().into(),
                items: read(&path)?,
            }),
            None => aside.push(name),
        }
    }
    if copies.is_empty() {
        bail!(
            "there are no copies of a feed in {}: name them by their date, such as 2026-01-05.xml",
            folder.display()
        );
    }
    aside.sort();
    let notes = aside
        .iter()
        .map(|name| format!("Left aside: {name} is not named by a date."));
    Ok((copies, notes.collect()))
}

/// The date, and perhaps the time, by which a copy is named.
fn moment_of(path: &Path) -> Option<DateTime> {
    let stem = path.file_stem()?.to_str()?;
    let exact = DateTime::strptime("%Y-%m-%dT%H-%M", stem).ok();
    exact.or_else(|| Some(Date::strptime("%Y-%m-%d", stem).ok()?.to_datetime(Time::midnight())))
}

fn read(path: &Path) -> anyhow::Result<Vec<feed::Item>> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let parsed = feed::parse(&bytes, None, &super::feed::nowhere());
    Ok(parsed.with_context(|| path.display().to_string())?.items)
}

/// Which categories a list takes from a feed that it has.
async fn categories(service: &Service, list: &List, url: Option<&Url>) -> anyhow::Result<(Topics, Topics)> {
    let feeds = feeds::page(service, Some(list.id), None, PAGE).await?;
    let feed = feeds
        .into_iter()
        .find(|feed| url.is_none_or(|url| feed.url == url.as_str()));
    Ok(feed.map(|feed| (feed.included, feed.excluded)).unwrap_or_default())
}

/// A replay as people read it.
fn told(replay: &Replay, notes: &[String], zone: &TimeZone) -> String {
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
    use service::replay::{Brought, Mailing, Post};

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
        From Thu 26 Mar 2026, 00:00 to Mon 30 Mar 2026, 23:59, 313 readers. Nothing was mailed.

        WHEN                    HOW OFTEN              READERS  POSTS
        Sat 28 Mar 2026, 09:00  every day at 09:00     312      Sleep well
        Sun 29 Mar 2026, 09:00  every day at 09:00     312      Soup
        Mon 30 Mar 2026, 09:00  every Monday at 09:00  1        Sleep well
                                                                Soup

        NEVER SENT    DATE        STATE     REASON
        A walk a day  1 Mar 2026  baseline  was there when the feed was connected

        3 mailings, 625 mails; 1 post never sent.
        Drafts are taken to be approved at once.
        ");
    }

    #[test]
    fn copies_are_named_by_their_date_or_by_date_and_time() {
        let name = |name: &str| moment_of(Path::new(name)).map(|at| at.to_string());

        assert_eq!(name("copies/2026-01-05.xml").as_deref(), Some("2026-01-05T00:00:00"));
        assert_eq!(name("2026-01-05T14-30.xml").as_deref(), Some("2026-01-05T14:30:00"));
        assert_eq!(name("2026-13-05.xml"), None);
        assert_eq!(name("notes.txt"), None);
    }
}
