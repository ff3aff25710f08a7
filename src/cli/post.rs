//! `paperround post`: what became of each post, and what is decided about it.

use clap::{Args, Subcommand};
use domain::{ListKey, post::State};
use service::{
    Service,
    feeds::{self, Decision},
};

use super::{
    Globals,
    advice::Advise,
    moment,
    named::{self, NamedPost},
    origin,
    table::{Table, one_line},
};

/// What can be done with posts.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show the newest posts of a list: where each stands, and why.
    List(Newest),
    /// Let one that is held, or still settling, go into the next mailing.
    Release(NamedPost),
    /// Keep one that waits out of all mailings.
    Skip(NamedPost),
    /// Let one that was skipped, taken back or there before go into the next mailing.
    Restore(NamedPost),
    /// Keep one that waits out of the next mailing, and let it go into the one after.
    LeaveOut(NamedPost),
}

/// Flags of `post list`.
#[derive(Debug, Args)]
pub(super) struct Newest {
    /// The list; not needed where there is only one.
    #[arg(long, value_name = "KEY")]
    list: Option<ListKey>,
    /// Only those in one state: baseline, settling, held, ready, mailed, skipped or gone.
    #[arg(long)]
    state: Option<State>,
    /// How many.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    most: u32,
}

impl Command {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let house = globals.visit().await?;
        let service = &house.service;
        match self {
            Self::List(newest) => newest.show(service).await?,
            Self::Release(post) => decide(service, &post, Decision::Release).await?,
            Self::Skip(post) => decide(service, &post, Decision::Skip).await?,
            Self::Restore(post) => decide(service, &post, Decision::Restore).await?,
            Self::LeaveOut(post) => decide(service, &post, Decision::LeaveOut).await?,
        }
        house.service.db.close().await;
        Ok(())
    }
}

impl Newest {
    async fn show(&self, service: &Service) -> anyhow::Result<()> {
        let list = named::list_or_only(service, self.list.as_ref()).await?;
        let zone = moment::zone(&list);
        let posts = feeds::posts_of(service, list.id, self.state, None, self.most).await?;
        let mut table = Table::new(&["STATE", "REASON", "DATE", "TITLE", "ID"]);
        for post in posts {
            table.add([
                post.state.to_string(),
                post.reason,
                moment::day(post.content.published_at, &zone),
                post.content.title,
                post.id.to_string(),
            ]);
        }
        match self.state {
            _ if !table.is_empty() => put!("{table}")?,
            Some(state) => say!("No post of {} is {state}.", list.key)?,
            None => say!(
                "{} has no posts yet. `paperround feed list` shows whether its feed was looked at.",
                list.key
            )?,
        }
        Ok(())
    }
}

async fn decide(service: &Service, named: &NamedPost, decision: Decision) -> anyhow::Result<()> {
    let post = named.find(service).await?;
    let title = one_line(&post.content.title);
    let post = feeds::decide(service, &origin(), post.id, decision)
        .await
        .or_advise(|| format!("{title:?} stays as it is"))?;
    say!("{title:?} is {} now: {}.", post.state, post.reason)?;
    Ok(())
}
