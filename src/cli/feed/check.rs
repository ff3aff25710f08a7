//! `paperround feed check`: what Paperround sees in a blog.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, bail};
use clap::Args;
use domain::ListKey;
use feed::{Fetched, Fetcher, Limits, Request, SystemResolver};
use jiff::{Timestamp, tz::TimeZone};
use service::feeds::{self, Preview, PreviewPost, Way};

use super::{Categories, nowhere};
use crate::cli::{Globals, moment, named, table::one_line};

/// Flags of `feed check`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Check {
    /// The address of a blog or of its feed, or a file with a feed.
    #[arg(value_name = "ADDRESS-OR-FILE")]
    what: String,
    /// What would become of the posts on this list.
    #[arg(long, value_name = "KEY")]
    list: Option<ListKey>,
    #[command(flatten)]
    categories: Categories,
    /// For programs: the same as the API answers.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let mut preview = match (&self.list, Path::new(&self.what)) {
            (_, file) if file.is_file() => of_file(file)?,
            (Some(list), _) => self.on_list(globals, list).await?,
            (None, _) => self.of_address(globals).await?,
        };
        let (included, excluded) = self.categories.topics();
        if !included.is_empty() || !excluded.is_empty() {
            preview.choose(&included, &excluded);
        }
        if self.json {
            say!("{}", serde_json::to_string_pretty(&preview)?)?;
        } else {
            put!("{}", told(&preview))?;
        }
        Ok(())
    }

    async fn on_list(&self, globals: &Globals, key: &ListKey) -> anyhow::Result<Preview> {
        let house = globals.visit().await?;
        let list = named::list(&house.service, key).await?;
        let found = feeds::discover(&house.service, &self.what).await?;
        let preview = feeds::preview(&house.service, Some(list.id), &found).await?;
        house.service.db.close().await;
        Ok(preview)
    }

    /// Without an installation: the feed is found, and fetched once more to be read like a file.
    async fn of_address(&self, globals: &Globals) -> anyhow::Result<Preview> {
        let config = globals.config()?;
        let settings = feed::Settings {
            public_url: config.web.public_url,
            allow_hosts: config.feed_allow_hosts,
            limits: Limits::default(),
        };
        let fetcher = Fetcher::new(settings, Arc::new(SystemResolver))?;
        let found = feed::find(&fetcher, &self.what).await?;
        let request = Request {
            url: found.url.as_str(),
            etag: None,
            last_modified: None,
        };
        let Fetched::Body(body) = fetcher.fetch(request).await? else {
            bail!(
                "{} answers that nothing has changed, though it was not asked that",
                found.url
            );
        };
        let mut preview = feeds::preview_of_document(&body.bytes, body.content_type.as_deref(), &body.final_url)?;
        (preview.way, preview.found) = (Way::from(found.how), found.how.to_string());
        preview.url = found.url;
        Ok(preview)
    }
}

fn of_file(file: &Path) -> anyhow::Result<Preview> {
    let name = || file.display().to_string();
    let bytes = fs::read(file).with_context(name)?;
    feeds::preview_of_document(&bytes, None, &nowhere()).with_context(name)
}

/// Everything that is seen, as people read it.
fn told(preview: &Preview) -> String {
    let mut text = format!("{}\n", preview.found);
    let mut facts = Vec::new();
    if preview.way != Way::Document {
        facts.push(("address", preview.url.to_string()));
    }
    let known = |value: &Option<String>| value.as_deref().map(one_line);
    facts.extend(known(&preview.title).map(|title| ("title", title)));
    facts.extend(preview.site_url.as_ref().map(|url| ("site", url.to_string())));
    facts.extend(known(&preview.language).map(|language| ("language", language)));
    facts.extend(known(&preview.generator).map(|program| ("made by", program)));
    for other in &preview.alternatives {
        facts.push(("names too", other.url.to_string()));
    }
    add(&mut text, "", &facts);
    for (number, post) in preview.posts.iter().enumerate() {
        text.push_str(&format!("\n{}. {}\n", number + 1, one_line(&post.title)));
        add(&mut text, "   ", &facts_of(post));
    }
    format!("{text}\n{}\n", preview.sentence)
}

/// All fields of a post that say something.
fn facts_of(post: &PreviewPost) -> Vec<(&'static str, String)> {
    let time = |at: Timestamp| moment::minute(at.into(), &TimeZone::UTC);
    let picture = post.image_url.as_ref().map(|url| match &post.image_alt {
        Some(alt) => format!("{url} ({})", one_line(alt)),
        None => url.to_string(),
    });
    let categories = Some(post.categories.join(", ")).filter(|categories| !categories.is_empty());
    let text = match (post.html.is_empty(), post.is_summary) {
        (true, _) => "none in the feed",
        (false, true) => "a summary",
        (false, false) => "all of it",
    };
    let fate = format!("{}: {}", post.state, post.reason);
    let rows = [
        ("fate", Some(fate)),
        ("next time", post.left_out.clone()),
        ("date", Some(post.published_at.map_or_else(|| "none".to_owned(), time))),
        ("changed", post.updated_at.map(time)),
        (
            "page",
            Some(post.url.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)),
        ),
        ("author", post.author.clone()),
        ("categories", categories),
        ("picture", picture),
        ("reading", post.minutes.map(|minutes| format!("{minutes} min"))),
        ("text", Some(text.to_owned())),
        (
            "excerpt",
            Some(post.excerpt.clone()).filter(|excerpt| !excerpt.is_empty()),
        ),
        ("known by", Some(post.identity.clone())),
    ];
    rows.into_iter()
        .filter_map(|(name, value)| Some((name, one_line(&value?))))
        .collect()
}

fn add(text: &mut String, indent: &str, facts: &[(&str, String)]) {
    for (name, value) in facts {
        text.push_str(&format!("{indent}{name:<11}{value}\n"));
    }
}
