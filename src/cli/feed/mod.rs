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
use answer::{All, Which};

mod answer;

/// What can be done with feeds.
#[derive(Debug, Subcommand)]
pub(super) enum Feed {
    /// Connect a feed to a list. What is in it now is never mailed by itself.
    Add(Add),
    /// Look at a feed and show what is in it; nothing is kept.
    Check(Check),
    /// Show the feeds that are connected, and what waits for you.
    List(All),
    /// Let all posts of a feed that are held go into the next mailing.
    Release(Which),
    /// Leave all posts of a feed that are held out of all mailings.
    Skip(Which),
    /// Have the running service look at a feed now.
    Look(Which),
    /// Take a feed off its list. Its posts stay as they are.
    Remove(Which),
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
            Self::Add(add) => return add.run(globals).await,
            Self::Check(check) => return check.run(globals).await,
            _ => {}
        }
        let house = globals.visit().await?;
        let service = &house.service;
        match self {
            Self::Add(_) | Self::Check(_) => {}
            Self::List(all) => all.show(service).await?,
            Self::Release(feed) => answer::answer(service, feed.id, true).await?,
            Self::Skip(feed) => answer::answer(service, feed.id, false).await?,
            Self::Look(feed) => answer::look(service, feed.id).await?,
            Self::Remove(feed) => answer::remove(service, feed.id).await?,
        }
        house.service.db.close().await;
        Ok(())
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
