//! Furnishing a new installation as the clinic would: its list, its blog's feed.

use std::time::Duration;

use anyhow::Context;
use domain::{Cadence, EmailAddress, Label, Language, ListKey, Zone, rules::Rules};
use service::{
    Service,
    feeds::{self, NewFeed},
    lists,
};
use store::{
    events::Origin,
    lists::{List, Settings},
    senders::Sender,
};
use url::Url;

use super::{
    blog::{self, CLINIC, NAME, POSTAL_ADDRESS},
    state::{Addresses, Demo},
};

/// How long the first look at the feed may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Makes the list and connects the feed of the blog at `blog` (scheme, host and port, without a slash at its end).
///
/// # Errors
/// When the database fails.
pub async fn set_up(service: &Service, blog: &str) -> anyhow::Result<Demo> {
    let list = make_list(service, blog).await?;
    let feed_url = Url::parse(&format!("{blog}/blog-feed.xml"))?;
    let feed = feeds::connect(service, &Origin::system(), list.id, &NewFeed::all_of(feed_url)).await?;
    let base = service.links.base();
    let addresses = Addresses {
        start: format!("{base}/demo"),
        blog: blog.to_owned(),
        inbox: format!("{base}/inbox"),
        publish: format!("{base}/demo/publish"),
        list: service.links.list(&list.key),
        embed: format!("{base}/embed/{}", list.key),
    };
    let entries = blog::opening(service.now());
    Ok(Demo::new(service.clone(), addresses, list, feed.id, entries))
}

async fn make_list(service: &Service, blog: &str) -> anyhow::Result<List> {
    let settings = Settings {
        name: Label::parse(NAME)?,
        public_name: Label::parse(NAME)?,
        sender: Some(Sender {
            name: Label::parse(CLINIC)?,
            address: EmailAddress::parse("hello@alder-bay.example")?,
            reply_to: None,
        }),
        postal_address: Some(POSTAL_ADDRESS.to_owned()),
        zone: Some(Zone::parse("UTC")?),
        privacy_url: Some(Url::parse(&format!("{blog}/privacy"))?),
        blog_url: Some(Url::parse(&format!("{blog}/"))?),
        language: Language::english(),
        cadence: Cadence::Instant,
        // A visitor wants to see the post arrive, and not to wait for corrections or approve a draft.
        rules: Rules {
            settle_minutes: 0,
            first_waits: false,
            ..Rules::default()
        },
    };
    Ok(lists::create(service, &Origin::system(), &ListKey::from_title(NAME), &settings).await?)
}

impl Demo {
    /// Waits until Paperround has seen what the blog begins with, so that the next post is new to it.
    ///
    /// # Errors
    /// When it takes too long.
    pub async fn wait_for_first_look(&self) -> anyhow::Result<()> {
        let seen = async {
            loop {
                let feed = feeds::by_id(self.service(), self.feed)
                    .await?
                    .context("the feed is connected")?;
                if feed.baseline_at.is_some() {
                    return anyhow::Ok(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, seen)
            .await
            .with_context(|| format!("the sample blog's feed was not read within {PATIENCE:?}"))?
    }
}
