//! What arguments name: a list by its short name, a post by its id or the address of its page.

use anyhow::bail;
use clap::Args;
use domain::{ListId, ListKey};
use service::{
    Service,
    feeds::{self, PostError},
    lists::{self, ListError},
};
use store::{lists::List, posts::Post};
use url::Url;

use super::advice::Advise;

/// How many rows a command asks for at a time.
pub(super) const PAGE: u32 = 100;

/// A post, as somebody names it.
#[derive(Debug, Args)]
pub(super) struct NamedPost {
    /// The post: its id, or the address of its page.
    #[arg(value_name = "ID-OR-ADDRESS")]
    post: String,
    /// The list that it belongs to; not needed with an id, nor where there is only one list.
    #[arg(long, value_name = "KEY")]
    list: Option<ListKey>,
}

/// What a post was named by, when it is not in the ledger.
pub(super) enum Found {
    /// It is there.
    Post(Box<Post>),
    /// There is a list, and an address that no post of it has.
    Nowhere(Box<List>, Url),
}

impl NamedPost {
    /// Finds the post in the ledger.
    pub(super) async fn find(&self, service: &Service) -> anyhow::Result<Post> {
        match self.look(service).await? {
            Found::Post(post) => Ok(*post),
            Found::Nowhere(list, url) => bail!(
                "no post of {key} has the address {url}: `paperround post list --list {key}` shows them",
                key = list.key
            ),
        }
    }

    /// Finds the post, or the list and the address that it would have.
    pub(super) async fn look(&self, service: &Service) -> anyhow::Result<Found> {
        if let Ok(id) = self.post.parse() {
            let post = feeds::post_by_id(service, id).await;
            let post = post.or_advise(|| "`paperround post list --list KEY` shows the posts of a list".to_owned())?;
            return Ok(Found::Post(Box::new(post)));
        }
        let Ok(url) = self.post.parse::<Url>() else {
            bail!(
                "{:?} is neither an id nor an address, which begins with https://",
                self.post
            );
        };
        let list = list_or_only(service, self.list.as_ref()).await?;
        match feeds::post_at(service, list.id, &url).await {
            Err(PostError::Unknown) => Ok(Found::Nowhere(Box::new(list), url)),
            found => Ok(Found::Post(Box::new(found?))),
        }
    }
}

/// The list of that short name.
pub(super) async fn list(service: &Service, key: &ListKey) -> anyhow::Result<List> {
    match lists::by_key(service, key).await {
        Err(ListError::Unknown) => bail!("there is no list {key}: `paperround list list` shows them"),
        found => Ok(found?),
    }
}

/// The list of that short name; where none is given, the only one that there is.
pub(super) async fn list_or_only(service: &Service, key: Option<&ListKey>) -> anyhow::Result<List> {
    if let Some(key) = key {
        return list(service, key).await;
    }
    let mut lists = lists::page(service, None, 2).await?;
    match (lists.pop(), lists.pop()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => {
            bail!(
                "there are several lists: name the one that is meant with --list KEY; `paperround list list` shows them"
            )
        }
        (None, _) => bail!("there are no lists yet: make one with `paperround list add`"),
    }
}

/// The list of that short name, where one is given.
pub(super) async fn list_if_given(service: &Service, key: Option<&ListKey>) -> anyhow::Result<Option<ListId>> {
    match key {
        Some(key) => Ok(Some(list(service, key).await?.id)),
        None => Ok(None),
    }
}
