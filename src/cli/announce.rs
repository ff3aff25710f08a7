//! `paperround announce`: a post, mailed to its list now.

use anyhow::{Context, bail};
use clap::Args;
use domain::{ListKey, PostId};
use service::{
    Service,
    feeds::{self, PostError},
    lists, mailings,
};
use url::Url;

use super::{Globals, origin};

/// Flags of `announce`.
#[derive(Debug, Args)]
pub(super) struct Announce {
    /// The post: the address of its page, or its id.
    post: String,
    /// The list whose feed brought it; not needed with an id.
    #[arg(long)]
    list: Option<ListKey>,
    /// Mail it although it was mailed before.
    #[arg(long)]
    again: bool,
    /// Mail it also to readers who chose to be mailed less often than the list is, instead of at their slot.
    #[arg(long)]
    also_slower: bool,
}

impl Announce {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let house = globals.visit().await?;
        let post = self.find(&house.service).await?;
        let how = mailings::Announce {
            again: self.again,
            also_slower: self.also_slower,
        };
        let mailing = mailings::announce(&house.service, &origin(), post, how).await?;
        println!("Announced: mailing {mailing}.");
        house.service.db.close().await;
        Ok(())
    }

    async fn find(&self, service: &Service) -> anyhow::Result<PostId> {
        if let Ok(id) = self.post.parse() {
            return Ok(id);
        }
        let url: Url = self
            .post
            .parse()
            .with_context(|| format!("{:?} is neither an address nor an id", self.post))?;
        let Some(key) = &self.list else {
            bail!("which list's post? Name it with --list KEY");
        };
        let list = lists::by_key(service, key).await.with_context(|| key.to_string())?;
        match feeds::post_at(service, list.id, &url).await {
            Err(PostError::Unknown) => Ok(feeds::adopt(service, &origin(), list.id, &url).await?.id),
            found => Ok(found?.id),
        }
    }
}
