//! What arguments name: a list by its short name, a post by its id or the address of its page.

use anyhow::{Context, bail};
use clap::Args;
use domain::{ListId, ListKey};
use service::{
    Service,
    feeds::{self, PostError},
    lists,
};
use store::{lists::List, posts::Post};
use url::Url;

/// How many rows a command asks for at a time.
pub(super) const PAGE: u32 = 100;

/// A post, as somebody names it.
#[derive(Debug, Args)]
pub(super) struct NamedPost {
    /// The post: its id, or the address of its page.
    #[arg(value_name = "ID-OR-ADDRESS")]
    post: String,
    /// The list that it belongs to; not needed with an id.
    #[arg(long, value_name = "KEY")]
    list: Option<ListKey>,
}

/// What a post was named by, when it is not in the ledger.
pub(super) enum Found {
    /// It is there.
    Post(Box<Post>),
    /// There is a list, and an address that no post of it has.
    Nowhere(ListId, Url),
}

impl NamedPost {
    /// Finds the post in the ledger.
    pub(super) async fn find(&self, service: &Service) -> anyhow::Result<Post> {
        match self.look(service).await? {
            Found::Post(post) => Ok(*post),
            Found::Nowhere(_, url) => bail!(
                "no post of this list has the address {url}: `paperround post list --list {}` shows them",
                self.list.as_ref().map_or("KEY", ListKey::as_str)
            ),
        }
    }

    /// Finds the post, or the list and the address that it would have.
    pub(super) async fn look(&self, service: &Service) -> anyhow::Result<Found> {
        if let Ok(id) = self.post.parse() {
            let post = feeds::post_by_id(service, id).await;
            let post =
                post.with_context(|| format!("{id}: `paperround post list --list KEY` shows the posts of a list"))?;
            return Ok(Found::Post(Box::new(post)));
        }
        let url: Url = (self.post.parse()).with_context(|| {
            format!(
                "{:?} is neither an id nor an address, which begins with https://",
                self.post
            )
        })?;
        let Some(key) = &self.list else {
            bail!("which list's post? Name it with --list KEY; `paperround list list` shows them");
        };
        let list = list(service, key).await?;
        match feeds::post_at(service, list.id, &url).await {
            Err(PostError::Unknown) => Ok(Found::Nowhere(list.id, url)),
            found => Ok(Found::Post(Box::new(found?))),
        }
    }
}

/// The list of that short name.
pub(super) async fn list(service: &Service, key: &ListKey) -> anyhow::Result<List> {
    lists::by_key(service, key)
        .await
        .with_context(|| format!("{key}: `paperround list list` shows the lists"))
}

/// The list of that short name, where one is given.
pub(super) async fn list_if_given(service: &Service, key: Option<&ListKey>) -> anyhow::Result<Option<ListId>> {
    match key {
        Some(key) => Ok(Some(list(service, key).await?.id)),
        None => Ok(None),
    }
}
