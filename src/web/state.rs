//! What handlers share.

use std::{ops::Deref, sync::Arc};

use axum::{extract::FromRef, http::HeaderValue};
use axum_extra::extract::cookie::Key;
use mail::catch::Catcher;
use metrics_exporter_prometheus::PrometheusHandle;
use service::Service;
use url::Url;

use super::{TrustedProxies, WebError};
use crate::demo::{Demo, TourNow};

/// The state of the web server, cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] is made of.
pub struct Parts {
    /// The use cases.
    pub service: Service,
    /// What was configured about the web.
    pub web: WebSettings,
    /// Signs cookies.
    pub cookie_key: Key,
    /// Where this process collects its figures.
    pub metrics: PrometheusHandle,
    /// The mail catcher, when that is where mail goes: its mails are shown on the machine itself.
    pub catcher: Option<Catcher>,
    /// The demo, when that is what runs.
    pub demo: Option<Arc<Demo>>,
}

/// What is configured about the web.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// The address under which readers reach the pages.
    pub public_url: Url,
    /// Whose word about clients' addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The sites whose scripts may use the JSON form.
    pub cors_origins: Vec<HeaderValue>,
}

impl WebSettings {
    /// Whether the public address is on this machine, so that nobody else is meant to reach the pages.
    #[must_use]
    pub fn is_local(&self) -> bool {
        super::local::is_loopback_host(self.public_url.host_str().unwrap_or_default())
    }

    /// Whether readers reach the pages by https, so that cookies may ask for it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

impl App {
    /// Shares the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl App {
    /// The demo's way through the round, when that is what runs.
    ///
    /// # Errors
    /// The database's.
    pub async fn tour(&self) -> Result<Option<TourNow>, WebError> {
        match &self.demo {
            Some(demo) => Ok(Some(demo.tour().await?)),
            None => Ok(None),
        }
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<App> for Service {
    fn from_ref(app: &App) -> Self {
        app.service.clone()
    }
}

impl FromRef<App> for Key {
    fn from_ref(app: &App) -> Self {
        app.cookie_key.clone()
    }
}
