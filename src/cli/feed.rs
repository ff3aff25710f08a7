//! `paperround feed`: where posts come from.

use anyhow::Context;
use clap::{Args, Subcommand};
use domain::ListKey;
use feed::{Format, Request};
use service::{
    feeds::{self, Looked, NewFeed},
    lists,
};
use url::Url;

use super::{Globals, origin};

/// What can be done with feeds.
#[derive(Debug, Subcommand)]
pub(super) enum Feed {
    /// Connect a feed to a list. What is in it now is never mailed by itself.
    Add(Add),
    /// Look at a feed and show what is in it; nothing is kept.
    Check(Check),
}

/// Flags of `feed add`.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// The list's short name.
    list: ListKey,
    /// The feed's address.
    url: Url,
}

/// Flags of `feed check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The feed's address.
    url: Url,
}

impl Feed {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run(globals).await,
            Self::Check(check) => check.run(globals).await,
        }
    }
}

impl Add {
    async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let house = globals.visit().await?;
        let list = lists::by_key(&house.service, &self.list)
            .await
            .with_context(|| self.list.to_string())?;
        let new = NewFeed::all_of(self.url.clone());
        feeds::connect(&house.service, &origin(), list.id, &new).await?;
        let looked = feeds::look(&house.service, first_request(&self.url)).await;
        println!(
            "Connected {} to {}. Posts that are in it now are not mailed by themselves.",
            self.url, self.list
        );
        if let Err(error) = looked {
            eprintln!("It cannot be read now, and will be tried again: {error}");
        }
        house.service.db.close().await;
        Ok(())
    }
}

impl Check {
    async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let house = globals.visit().await?;
        let looked = feeds::look(&house.service, first_request(&self.url)).await?;
        house.service.db.close().await;
        let Looked::Read { feed, moved_to, .. } = looked else {
            unreachable!("who asks without an ETag gets a document");
        };
        let format = match feed.format {
            Format::Rss => "RSS",
            Format::Atom => "Atom",
            Format::Json => "JSON Feed",
        };
        println!("{format}: {:?}", feed.title);
        if let Some(address) = moved_to {
            println!("It has moved to {address}");
        }
        for item in &feed.items {
            println!("- {}", item.title);
        }
        println!("Items that can be read: {}", feed.items.len());
        Ok(())
    }
}

/// Asks for the whole feed.
fn first_request(url: &Url) -> Request<'_> {
    Request {
        url: url.as_str(),
        etag: None,
        last_modified: None,
    }
}
