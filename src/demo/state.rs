//! What the demo remembers while it runs: where everything is, and what the sample blog has published.

use std::sync::{Mutex, PoisonError};

use domain::FeedId;
use service::{Service, feeds};
use store::{Error, events::Origin, lists::List, paces, subscriptions};

use super::blog::{self, Entry, Post};
use crate::pages::tour::{Step, Tour};

/// Where everything is, as whole addresses.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The demo's first page.
    pub start: String,
    /// The sample blog, without a slash at its end.
    pub blog: String,
    /// The inbox.
    pub inbox: String,
    /// Where the button that publishes posts to.
    pub publish: String,
    /// The list's own page.
    pub list: String,
    /// The list's form for a frame.
    pub embed: String,
}

/// The demo's state.
#[derive(Debug)]
pub struct Demo {
    /// Where everything is.
    pub addresses: Addresses,
    /// The list.
    pub list: List,
    pub(super) feed: FeedId,
    service: Service,
    entries: Mutex<Vec<Entry>>,
}

/// The demo's way through the round, as it is now.
#[derive(Debug)]
pub struct TourNow {
    start: String,
    blog: String,
    inbox: String,
    publish: String,
    next_post: Option<&'static str>,
    step: Step,
}

impl TourNow {
    /// The strip on top of the pages.
    #[must_use]
    pub fn strip(&self) -> Tour<'_> {
        Tour {
            start: &self.start,
            blog: &self.blog,
            inbox: &self.inbox,
            publish: &self.publish,
            next_post: self.next_post,
            step: self.step,
        }
    }
}

impl Demo {
    pub(super) fn new(service: Service, addresses: Addresses, list: List, feed: FeedId, entries: Vec<Entry>) -> Self {
        Self {
            addresses,
            list,
            feed,
            service,
            entries: Mutex::new(entries),
        }
    }

    /// The use cases.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// What is out, newest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Publishes the next post and has Paperround look at the feed. Gives the post, if there was another.
    ///
    /// # Errors
    /// The database's.
    pub async fn publish(&self) -> Result<Option<&'static Post>, feeds::ConnectError> {
        let now = self.service.now();
        let post = {
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            let post = blog::next(&entries);
            if let Some(post) = post {
                entries.insert(0, Entry { post, published: now });
            }
            post
        };
        if post.is_some() {
            self.forget_the_hour().await?;
            feeds::look_now(&self.service, &Origin::system(), self.feed).await?;
        }
        Ok(post)
    }

    /// A list that is mailed right away gets one mail an hour at most; nobody wants to watch a demo for that long.
    async fn forget_the_hour(&self) -> Result<(), Error> {
        let (list, now) = (self.list.id, self.service.now());
        self.service
            .db
            .write(|mut tx| async move { paces::set_earliest(&mut tx, list, Some(now)).await })
            .await
    }

    /// How far the visitor has come.
    ///
    /// # Errors
    /// The database's.
    pub async fn tour(&self) -> Result<TourNow, Error> {
        let list = self.list.id;
        let (asked, confirmed) = (self
            .service
            .db
            .read(|mut tx| async move { subscriptions::count_on(&mut tx, list).await }))
        .await?;
        let entries = self.entries();
        let has_published = entries.len() > blog::OPENING;
        let step = match (asked > 0, confirmed > 0, has_published) {
            (_, true, true) => Step::Arrive,
            (_, true, false) => Step::Publish,
            (true, false, _) => Step::Confirm,
            (false, false, _) => Step::Subscribe,
        };
        Ok(TourNow {
            start: self.addresses.start.clone(),
            blog: format!("{}/", self.addresses.blog),
            inbox: self.addresses.inbox.clone(),
            publish: self.addresses.publish.clone(),
            next_post: blog::next(&entries).map(|post| post.title),
            step,
        })
    }
}
