//! `paperround replay`: who would have got what and when, had a list existed.

mod looks;
mod told;

use anyhow::bail;
use clap::Args;
use domain::{ListKey, Millis, Topics, Zone, rules::Approval};
use jiff::{civil::Date, tz::TimeZone};
use serde_json::json;
use service::{
    Service, feeds,
    replay::{self, Readers, Setup},
};
use store::lists::List;
use url::Url;

use self::{looks::shown, told::told};
use super::{
    Globals,
    named::{self, PAGE},
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
    #[arg(long, value_name = "DATE", value_parser = date)]
    since: Date,
    /// The last day [default: today].
    #[arg(long, value_name = "DATE", value_parser = date)]
    until: Option<Date>,
    /// Count everybody as if they had been there from the first day.
    #[arg(long)]
    all_from_start: bool,
    /// For programs.
    #[arg(long)]
    json: bool,
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
        let shown = shown(&self.what, service, (since, until), &zone).await?;
        let (included, excluded) = categories(service, &list, shown.url.as_ref()).await?;
        let mut readers = replay::readers_of(service, &list, since).await?;
        house.service.db.close().await;

        let mut notes = shown.notes;
        let rules = list.settings.rules.clone();
        notes.extend(self.count(&mut readers, &list, since));
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
            say!("{}", serde_json::to_string_pretty(&whole)?)?;
        } else {
            put!("{}", told(&replay, &notes, &zone))?;
        }
        Ok(())
    }

    /// Has the readers counted as the flags say. Gives what is to be known about that.
    fn count(&self, readers: &mut Vec<Readers>, list: &List, since: Millis) -> Option<String> {
        if readers.is_empty() {
            *readers = replay::assumed_readers(&list.settings.cadence, &list.settings.rules.choices, since);
            return Some("The list has no readers yet: one is assumed for each cadence.".to_owned());
        }
        if self.all_from_start {
            readers.iter_mut().for_each(|group| group.joined_at = since);
            return None;
        }
        let late = readers.iter().filter(|group| group.joined_at > since);
        let late: u64 = late.map(|group| group.count).sum();
        (late > 0).then(|| {
            format!(
                "{late} of the readers joined after the first day and got what came after; --all-from-start counts them \
                 from the first day."
            )
        })
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
            let last = until.timestamp().to_zoned(zone.clone()).date();
            bail!(
                "--since {} is not before the last day, {last}: name an earlier one",
                self.since
            );
        }
        Ok((since, until))
    }
}

/// Which categories a list takes from a feed that it has.
async fn categories(service: &Service, list: &List, url: Option<&Url>) -> anyhow::Result<(Topics, Topics)> {
    let feeds = feeds::page(service, Some(list.id), None, PAGE).await?;
    let feed = feeds
        .into_iter()
        .find(|feed| url.is_none_or(|url| feed.url == url.as_str()));
    Ok(feed.map(|feed| (feed.included, feed.excluded)).unwrap_or_default())
}

/// A day as a flag names it.
fn date(text: &str) -> Result<Date, String> {
    let date = Date::strptime("%Y-%m-%d", text);
    date.map_err(|_| "a day is written year, month, day, such as 2026-11-02".to_owned())
}
