//! `paperround feed list`, `release`, `skip`, `look` and `remove`: feeds that are connected.

use std::collections::HashMap;

use anyhow::bail;
use clap::Args;
use domain::{FeedId, ListId, ListKey, feed::State};
use service::{
    Service,
    feeds::{self, ConnectError},
    lists,
};
use store::{feeds::Feed, lists::List};

use crate::cli::{
    moment,
    named::{self, PAGE},
    origin,
    table::{Table, one_line},
};

/// Flags of `feed list`.
#[derive(Debug, Args)]
pub(in crate::cli) struct All {
    /// Only those of one list.
    #[arg(long, value_name = "KEY")]
    list: Option<ListKey>,
}

/// Which feed.
#[derive(Debug, Args)]
pub(in crate::cli) struct Which {
    /// Its id, as `paperround feed list` shows it.
    pub(super) id: FeedId,
}

impl All {
    pub(super) async fn show(&self, service: &Service) -> anyhow::Result<()> {
        let of = named::list_if_given(service, self.list.as_ref()).await?;
        let mut known = HashMap::<ListId, List>::new();
        let mut table = Table::new(&["LIST", "STATE", "LAST LOOK", "ID", "ADDRESS"]);
        let mut remarks = Vec::new();
        let mut after = None;
        loop {
            let page = feeds::page(service, of, after, PAGE).await?;
            for feed in &page {
                let list = match known.remove(&feed.list) {
                    Some(list) => list,
                    None => lists::by_id(service, feed.list).await?,
                };
                let zone = moment::zone(&list);
                table.add([
                    list.key.to_string(),
                    feed.state.to_string(),
                    feed.polled_at
                        .map_or_else(|| "not yet".to_owned(), |at| moment::minute(at, &zone)),
                    feed.id.to_string(),
                    feed.url.clone(),
                ]);
                remarks.extend(remark(feed));
                known.insert(list.id, list);
            }
            after = page.last().map(|feed| feed.id);
            if page.len() < PAGE as usize {
                break;
            }
        }
        if table.is_empty() {
            say!("No feed is connected. To connect a blog: paperround feed add LIST ADDRESS")?;
        } else {
            put!("{table}")?;
        }
        for remark in remarks {
            say!("\n{remark}")?;
        }
        Ok(())
    }
}

/// What a person should know or decide about a feed.
fn remark(feed: &Feed) -> Option<String> {
    if let Some(question) = &feed.question {
        return Some(format!(
            "{}: {}\nTo mail them: paperround feed release {id}. To leave them out: paperround feed skip {id}",
            feed.url,
            one_line(question),
            id = feed.id
        ));
    }
    (feed.state == State::Failing).then(|| {
        format!(
            "{}: {}. It is tried again by itself; to try now: paperround feed look {}",
            feed.url,
            one_line(feed.reason.as_deref().unwrap_or("it cannot be read")),
            feed.id
        )
    })
}

/// All posts of a feed that are held are mailed, or left out.
pub(super) async fn answer(service: &Service, id: FeedId, are_mailed: bool) -> anyhow::Result<()> {
    let posts = known(id, feeds::answer(service, &origin(), id, are_mailed).await)?;
    match (posts, are_mailed) {
        (0, _) => say!("No post of this feed is held: there is nothing to decide.")?,
        (posts, true) => say!("Released {}; the next mailing brings them.", posts_in_words(posts))?,
        (posts, false) => say!(
            "Left out {}. `paperround post restore` brings one back.",
            posts_in_words(posts)
        )?,
    }
    Ok(())
}

pub(super) fn posts_in_words(count: usize) -> String {
    if count == 1 {
        "1 post".to_owned()
    } else {
        format!("{count} posts")
    }
}

pub(super) async fn look(service: &Service, id: FeedId) -> anyhow::Result<()> {
    known(id, feeds::look_now(service, &origin(), id).await)?;
    say!("The running service looks at it now; `paperround feed list` tells how that went.")?;
    Ok(())
}

pub(super) async fn remove(service: &Service, id: FeedId) -> anyhow::Result<()> {
    known(id, feeds::remove(service, &origin(), id).await)?;
    say!("Took the feed off its list. Its posts stay as they are; those that wait are still mailed.")?;
    Ok(())
}

fn known<T>(id: FeedId, done: Result<T, ConnectError>) -> anyhow::Result<T> {
    match done {
        Err(ConnectError::Unknown) => bail!("there is no feed {id}: `paperround feed list` shows them"),
        done => Ok(done?),
    }
}
