//! `paperround feed add`: from a blog's address to a feed that is connected.

use clap::Args;
use domain::ListKey;
use jiff::tz::TimeZone;
use service::{
    Service,
    feeds::{self, Added, Preview, PreviewPost},
};

use super::Categories;
use crate::cli::{moment, named, origin, table::one_line};

/// How many of the newest posts are shown.
const NEWEST: usize = 5;

/// Flags of `feed add`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    /// The list's short name.
    list: ListKey,
    /// The address of the blog, or of its feed.
    address: String,
    #[command(flatten)]
    categories: Categories,
}

impl Add {
    pub(super) async fn run(self, service: &Service) -> anyhow::Result<()> {
        let list = named::list(service, &self.list).await?;
        // Before anything is said: whoever reads this may have gone away, which ends the command.
        let added = feeds::add(service, &origin(), list.id, &self.address, self.categories.topics()).await?;
        let Added { feed, preview } = added;
        put!("{}", told(&preview, &moment::zone(&list)))?;
        say!(
            "Connected {} to {}. Posts that come from now on are mailed.",
            feed.url,
            list.key
        )?;
        Ok(())
    }
}

/// What was found, with the fate of the newest posts.
fn told(preview: &Preview, zone: &TimeZone) -> String {
    let mut text = format!("{}\n", preview.found);
    for other in &preview.alternatives {
        text.push_str(&format!(
            "It names this one too, which was not looked at: {}\n",
            other.url
        ));
    }
    let title = preview
        .title
        .as_deref()
        .map_or_else(|| preview.url.to_string(), one_line);
    text.push_str(&format!("{title}\n"));
    for post in preview.posts.iter().take(NEWEST) {
        text.push_str(&format!("    {}\n", line(post, zone)));
    }
    if preview.posts.len() > NEWEST {
        text.push_str(&format!("    and {} older\n", preview.posts.len() - NEWEST));
    }
    format!("{text}{}\n", preview.sentence)
}

fn line(post: &PreviewPost, zone: &TimeZone) -> String {
    let date = moment::day(post.published_at.map(Into::into), zone);
    let title = one_line(&post.title);
    let like_it = post
        .left_out
        .as_deref()
        .map(|reason| format!("; a new one like it is {reason}"));
    format!("{title} ({date}): {}{}", post.reason, like_it.unwrap_or_default())
}
