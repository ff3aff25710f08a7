//! `paperround feed`: where posts come from.

mod add;
mod check;
mod connected;

use clap::{Args, Subcommand};
use domain::Topics;
use url::Url;

use self::{
    add::Add,
    check::Check,
    connected::{All, Which},
};
use super::Globals;

/// What can be done with feeds.
#[derive(Debug, Subcommand)]
pub(super) enum Feed {
    /// Find a blog's feed and connect it to a list. What is in it now is never mailed by itself.
    Add(Add),
    /// Show what Paperround sees in a blog, and what would become of each post; nothing is kept.
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

/// Which categories a list takes from a feed.
#[derive(Debug, Args)]
struct Categories {
    /// Take only posts of these categories, separated by commas.
    #[arg(long, value_name = "CATEGORIES", value_delimiter = ',')]
    include: Vec<String>,
    /// Do not take posts of these categories, separated by commas.
    #[arg(long, value_name = "CATEGORIES", value_delimiter = ',')]
    exclude: Vec<String>,
}

impl Categories {
    fn topics(&self) -> (Topics, Topics) {
        (self.include.iter().collect(), self.exclude.iter().collect())
    }
}

impl Feed {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        if let Self::Check(check) = self {
            // It may do without an installation, and must not make one then.
            return check.run(globals).await;
        }
        let house = globals.visit().await?;
        let service = &house.service;
        match self {
            Self::Check(_) => unreachable!("this was answered above"),
            Self::Add(add) => add.run(service).await?,
            Self::List(all) => all.show(service).await?,
            Self::Release(which) => connected::answer(service, which.id, true).await?,
            Self::Skip(which) => connected::answer(service, which.id, false).await?,
            Self::Look(which) => connected::look(service, which.id).await?,
            Self::Remove(which) => connected::remove(service, which.id).await?,
        }
        house.service.db.close().await;
        Ok(())
    }
}

/// What a document from a file is said to come from: links in it that lack their host lead nowhere.
pub(super) fn nowhere() -> Url {
    Url::parse("https://blog.invalid/").expect("this is an address")
}
