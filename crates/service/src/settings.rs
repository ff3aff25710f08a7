//! What the use cases need to know about the installation besides its database and its keys.

use mail::{Provider, catch::Catcher};
use url::Url;

/// How this installation works. What is configured becomes one of these at start, and stays as it is until the next.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address under which readers reach the pages.
    pub public_url: Url,
    /// Where mail goes; without one, nothing is mailed and everything waits.
    pub provider: Option<Provider>,
    /// The folder of caught mail, also when the provider is another one now: erasure reaches into it.
    pub catcher: Catcher,
    /// The most mails that the provider takes in a second.
    pub per_second: Option<u32>,
    /// The most mails that the provider takes in a day.
    pub per_day: Option<u32>,
    /// How many connections to the provider mailings may use. Single mails have their own.
    pub lanes: usize,
    /// Hosts that feeds may be fetched from although their addresses are not public.
    pub feed_allow_hosts: Vec<String>,
}

impl Settings {
    /// The settings of an installation where nothing is configured but its public address: it has no mail provider.
    #[must_use]
    pub const fn new(public_url: Url, catcher: Catcher) -> Self {
        Self {
            public_url,
            provider: None,
            catcher,
            per_second: None,
            per_day: None,
            lanes: 4,
            feed_allow_hosts: Vec::new(),
        }
    }
}
