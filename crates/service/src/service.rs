//! What every use case works with.

use std::sync::Arc;

use domain::{Keys, Millis};
use feed::{AllowedHostError, Fetcher, FetcherError, Limits, SystemResolver};
use store::{Batcher, Db};

use crate::{
    Links, Settings,
    delivery::Office,
    messages::Lanes,
    readers::{WordingError, Wordings, WriteSignups},
};

/// The rooms below, opened and tied together; cheap to clone.
#[derive(Debug, Clone)]
pub struct Service {
    /// The database.
    pub db: Db,
    /// The installation's secrets.
    pub keys: Keys,
    /// The addresses of its pages.
    pub links: Links,
    /// How it works.
    pub settings: Arc<Settings>,
    /// What readers agree to.
    pub wordings: Arc<Wordings>,
    /// Writes sign-ups, many in one commit.
    pub(crate) signups: Batcher<WriteSignups>,
    /// The ways to the provider that are kept open for single mails.
    pub(crate) lanes: Arc<Lanes>,
    /// Sends the deliveries of mailings.
    pub(crate) office: Arc<Office>,
    /// Goes out for feeds.
    pub(crate) fetcher: Fetcher,
}

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The consent wordings of this version and of the database differ.
    #[error(transparent)]
    Wording(#[from] WordingError),
    /// The machine cannot fetch feeds.
    #[error(transparent)]
    Fetcher(#[from] FetcherError),
    /// A host that feeds may be fetched from is none.
    #[error(transparent)]
    FeedHost(#[from] AllowedHostError),
}

impl Service {
    /// Ties the rooms together over a migrated database.
    ///
    /// # Errors
    /// When the database does not answer, or was written by a version with other wordings.
    pub async fn start(db: Db, keys: Keys, settings: Settings) -> Result<Self, StartError> {
        let wordings = Wordings::settle(&db).await?;
        Ok(Self {
            links: Links::new(&settings.public_url, keys.clone()),
            signups: Batcher::start(db.clone(), WriteSignups),
            lanes: Arc::new(Lanes::new(settings.provider.as_ref())),
            office: Arc::new(Office::open(&db, &settings)),
            fetcher: fetcher(&settings)?,
            wordings: Arc::new(wordings),
            settings: Arc::new(settings),
            db,
            keys,
        })
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.db.clock().now()
    }
}

fn fetcher(settings: &Settings) -> Result<Fetcher, StartError> {
    let hosts = settings.feed_allow_hosts.iter().map(|host| host.parse());
    let settings = feed::Settings {
        public_url: settings.public_url.clone(),
        allow_hosts: hosts.collect::<Result<_, AllowedHostError>>()?,
        limits: Limits::default(),
    };
    Ok(Fetcher::new(settings, Arc::new(SystemResolver))?)
}
