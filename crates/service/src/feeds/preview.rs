//! What Paperround sees in a feed, and what it would do with each post of it, before anything is done. A preview changes
//! nothing, neither here nor at the blog.

mod shape;

use std::time::Duration;

use domain::{
    ListId,
    post::{Fate, Sight, State},
};
use feed::{FindError, Found, ParseError, ParsedFeed};
use store::{
    Tx,
    feeds::{self, Feed},
    lists::{self, List},
    posts::Content,
};
use url::Url;

pub use shape::{Alternative, Preview, PreviewPost, Way};

use super::{
    content::of_item,
    ledger::{known, sort, verdicts},
};
use crate::Service;

/// How long a feed is looked for: less than web servers wait for an answer, so that it can say what was slow.
const SEARCH: Duration = Duration::from_secs(25);

/// Finds the feed of a blog by the blog's address or the feed's.
///
/// # Errors
/// With what was tried, and what staff can do about it.
pub async fn discover(service: &Service, address: &str) -> Result<Found, FindError> {
    let found = tokio::time::timeout(SEARCH, feed::find(&service.fetcher, address)).await;
    let too_slow = || FindError::TooSlow {
        host: (Url::parse(address).ok().as_ref())
            .and_then(Url::host_str)
            .unwrap_or(address)
            .to_owned(),
    };
    found.unwrap_or_else(|_| Err(too_slow()))
}

/// What would become of the posts of a feed that was found, if a list looked at it now: a list that has the feed, or one
/// that would be connected to it.
///
/// # Errors
/// The database's.
pub async fn preview(service: &Service, list: Option<ListId>, found: &Found) -> Result<Preview, store::Error> {
    let contents = &contents(&found.feed);
    let known = service
        .db
        .read(|mut tx| async move {
            let Some((list, feed)) = connected(&mut tx, list, found.url.as_str()).await? else {
                return Ok::<_, store::Error>(None);
            };
            let fates = fates(&mut tx, &list, &feed, contents).await?;
            Ok(Some((feed, fates)))
        })
        .await?;
    let (way, url) = (Way::from(found.how), found.url.clone());
    let mut preview = Preview::of((way, found.how.to_string()), url, &found.feed);
    preview.alternatives = (found.alternatives.iter())
        .map(|feed| Alternative {
            url: feed.url.clone(),
            title: feed.title.clone(),
        })
        .collect();
    if let Some((feed, fates)) = known {
        preview.feed = Some(feed.id);
        preview.decide(fates);
        preview.choose(&feed.included, &feed.excluded);
    }
    Ok(preview)
}

/// What Paperround sees in a document at hand that came from `url`, as of a feed that is not connected.
///
/// # Errors
/// With what the document is instead of a feed, or where it is broken.
pub fn preview_of_document(bytes: &[u8], content_type: Option<&str>, url: &Url) -> Result<Preview, ParseError> {
    let feed = feed::parse(bytes, content_type, url)?;
    let way = (Way::Document, "This was read from a document.".to_owned());
    Ok(Preview::of(way, url.clone(), &feed))
}

/// The posts of a feed as the ledger keeps them, the oldest first: the order in which they are written down.
fn contents(feed: &ParsedFeed) -> Vec<Content> {
    feed.items.iter().rev().map(of_item).collect()
}

/// The list's feed at that address, if it has one.
async fn connected(tx: &mut Tx, list: Option<ListId>, url: &str) -> Result<Option<(List, Feed)>, store::Error> {
    let Some(list) = list else { return Ok(None) };
    let Some(list) = lists::find(tx, list).await? else {
        return Ok(None);
    };
    let feed = feeds::find_on(tx, list.id, url).await?;
    Ok(feed.map(|feed| (list, feed)))
}

/// The fate of each: what the ledger says where it knows it, else what a look at the feed would write there now. In the
/// order of the contents.
async fn fates(tx: &mut Tx, list: &List, feed: &Feed, contents: &[Content]) -> Result<Vec<Fate>, store::Error> {
    let known = known(tx, feed, contents).await?;
    let sights = sort(feed, contents, &known);
    let mut new = verdicts(feed, list, tx.now(), contents, &sights).into_iter();
    Ok(sights
        .iter()
        .map(|sight| match sight {
            Sight::Shown(post) => Fate::new(post.state, post.reason.clone()),
            Sight::Repeated => Fate::new(
                State::Skipped,
                "the feed shows this post once already, on the same page",
            ),
            Sight::Twin(_) | Sight::New => {
                let new = new
                    .next()
                    .expect("there is a verdict on each item that the feed did not show before");
                new.verdict.fate().clone()
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use domain::Topics;

    use super::*;

    #[test]
    fn a_document_at_hand_shows_what_a_feed_that_is_not_connected_would() {
        let rss = r#"<rss version="2.0"><channel><title>Elm Street</title>
            <item><title>Sleep</title><guid>1</guid><category>Sleep</category></item>
            <item><title>Soup</title><guid>2</guid><category>Food</category></item></channel></rss>"#;
        let url = Url::parse("https://elmstreet.example/feed").unwrap();

        let mut preview = preview_of_document(rss.as_bytes(), None, &url).unwrap();
        preview.choose(&Topics::parse("sleep"), &Topics::default());

        assert_eq!(preview.sentence, "0 of these 2 posts will be sent.");
        let shown = preview
            .posts
            .iter()
            .map(|post| (post.title.as_str(), post.left_out.as_deref()));
        let expected = [("Sleep", None), ("Soup", Some("left out: it is in none of sleep"))];
        assert_eq!(shown.collect::<Vec<_>>(), expected);
        assert!(preview.posts.iter().all(|post| post.state == State::Baseline));
        assert_eq!(
            preview.posts[0].reason,
            "is there already, so connecting the feed does not mail it"
        );
    }
}
