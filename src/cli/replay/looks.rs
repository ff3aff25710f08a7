//! What a blog showed over time: a document of today, or a folder of copies.

use std::{fs, path::Path};

use anyhow::{Context, bail};
use domain::Millis;
use jiff::{
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use service::{
    Service, feeds,
    replay::{self, Look, NeverSent},
};
use url::Url;

use crate::cli::{feed::nowhere, moment};

/// What a feed showed over time.
pub(super) struct Shown {
    pub(super) looks: Vec<Look>,
    /// Posts that are in none of the looks.
    pub(super) out: Vec<NeverSent>,
    /// Where the feed is, if it was asked.
    pub(super) url: Option<Url>,
    pub(super) notes: Vec<String>,
}

/// What the blog's address, a file or a folder shows between two moments.
pub(super) async fn shown(
    what: &str,
    service: &Service,
    (since, until): (Millis, Millis),
    zone: &TimeZone,
) -> anyhow::Result<Shown> {
    let path = Path::new(what);
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
        let found = feeds::discover(service, what).await?;
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
    let parsed = feed::parse(&bytes, None, &nowhere());
    Ok(parsed.with_context(|| path.display().to_string())?.items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_named_by_their_date_or_by_date_and_time() {
        let name = |name: &str| moment_of(Path::new(name)).map(|at| at.to_string());

        assert_eq!(name("copies/2026-01-05.xml").as_deref(), Some("2026-01-05T00:00:00"));
        assert_eq!(name("2026-01-05T14-30.xml").as_deref(), Some("2026-01-05T14:30:00"));
        assert_eq!(name("2026-13-05.xml"), None);
        assert_eq!(name("notes.txt"), None);
    }
}
