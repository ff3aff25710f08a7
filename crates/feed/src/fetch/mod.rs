//! A guarded way out to the internet: one document from one address, or a reason why not.
//!
//! Addresses come from people and from redirects, so none is trusted: only http and https, no credentials, no proxy
//! from the environment, public hosts only, each redirect checked like a first address. What answers is not trusted
//! either: sizes count after unpacking and every wait has an end.

mod address;
mod allow;
mod answer;
mod error;
mod resolve;
mod settings;
mod url;

use std::{sync::Arc, time::Duration};

use ::url::Url;
use reqwest::{
    Client, Response, StatusCode,
    header::{self, HeaderMap, HeaderValue},
};

pub use address::why_not_public;
pub use allow::{AllowedHost, AllowedHostError};
pub use answer::{Body, Fetched};
pub use error::FetchError;
pub use resolve::{Lookup, Resolver, SystemResolver};
pub use settings::{Limits, Request, Settings};

use resolve::{Guarded, Unguarded};

const PAGE: &str = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5";

const FEED: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                      text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";

/// The fetcher could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum FetcherError {
    /// The machine's root certificates could not be loaded.
    #[error("the system's root certificates could not be loaded (on Debian, install ca-certificates): {0}")]
    Roots(#[from] rustls::Error),
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// Fetches documents within the guard; cheap to clone.
#[derive(Debug, Clone)]
pub struct Fetcher {
    guarded: Client,
    unguarded: Client,
    allow_hosts: Arc<[AllowedHost]>,
    limits: Limits,
}

impl Fetcher {
    /// A fetcher that looks names up with `resolver`.
    ///
    /// # Errors
    /// When the machine has no root certificates.
    pub fn new(settings: Settings, resolver: Arc<dyn Resolver>) -> Result<Self, FetcherError> {
        let agent = format!("Paperround/{} (+{})", env!("CARGO_PKG_VERSION"), settings.public_url);
        let tls = tls()?;
        let client = || {
            Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .user_agent(&agent)
                .no_proxy()
                .referer(false)
                .redirect(reqwest::redirect::Policy::none())
                // One request a poll: no connection is worth keeping, and HTTP/2 would only add ways to be large.
                .http1_only()
                .pool_max_idle_per_host(0)
                .connect_timeout(settings.limits.connect)
                .read_timeout(settings.limits.idle)
        };

        Ok(Self {
            guarded: client().dns_resolver(Guarded(resolver.clone())).build()?,
            unguarded: client().dns_resolver(Unguarded(resolver)).build()?,
            allow_hosts: settings.allow_hosts.into(),
            limits: settings.limits,
        })
    }

    /// Fetches one document, following redirects.
    ///
    /// # Errors
    /// [`FetchError`], which says what happened and what to do next.
    pub async fn fetch(&self, request: Request<'_>) -> Result<Fetched, FetchError> {
        self.fetch_as(FEED, request).await
    }

    /// Fetches one document like [`Fetcher::fetch`], and a web page where there is a choice.
    pub(crate) async fn fetch_page(&self, request: Request<'_>) -> Result<Fetched, FetchError> {
        self.fetch_as(PAGE, request).await
    }

    async fn fetch_as(&self, accept: &'static str, request: Request<'_>) -> Result<Fetched, FetchError> {
        let url = url::parse(request.url)?;
        let host = url::host(&url);

        tokio::time::timeout(self.limits.total, self.follow(url, headers(accept, &request)))
            .await
            .unwrap_or(Err(FetchError::Timeout { host }))
    }

    /// How long one document may take, redirects included.
    pub(crate) const fn longest(&self) -> Duration {
        self.limits.total
    }

    async fn follow(&self, mut url: Url, asked: HeaderMap) -> Result<Fetched, FetchError> {
        let too_many = FetchError::TooManyRedirects {
            limit: self.limits.redirects,
        };
        let is_conditional = asked.len() > 1;
        let mut moved_for_good = true;
        for hop in 0..=self.limits.redirects {
            let response = self.ask(&url, &asked).await?;
            let status = response.status();
            if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                let moved_to = (hop > 0 && moved_for_good).then(|| url.clone());
                return self.take(response, url, moved_to, is_conditional).await;
            }

            let location = answer::text(response.headers(), header::LOCATION).ok_or_else(|| too_many.clone())?;
            url = url.join(&location).map_err(|error| FetchError::BadUrl {
                reason: format!("the site redirects to {location:?} ({error})"),
            })?;
            moved_for_good &= matches!(status.as_u16(), 301 | 308);
        }
        Err(too_many)
    }

    /// Sends one request over the client that the host of `url` has earned.
    async fn ask(&self, url: &Url, asked: &HeaderMap) -> Result<Response, FetchError> {
        url::check(url)?;
        let allowed = self.allow_hosts.iter().any(|host| host.lets_through(url));
        if !allowed {
            url::check_literal(url)?;
        }

        let client = if allowed { &self.unguarded } else { &self.guarded };
        let response = client
            .get(url.clone())
            .headers(asked.clone())
            .send()
            .await
            .map_err(|error| FetchError::from_client(&error, &url::host(url)))?;
        if answer::size(response.headers()) > self.limits.header {
            return Err(FetchError::TooLarge {
                limit: self.limits.header,
            });
        }

        Ok(response)
    }

    /// Reads the answer that is not a redirect.
    async fn take(
        &self,
        response: Response,
        url: Url,
        moved_to: Option<Url>,
        is_conditional: bool,
    ) -> Result<Fetched, FetchError> {
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if is_conditional => return Ok(Fetched::NotModified),
            status => return Err(answer::refusal(status, response.headers())),
        }

        let headers = response.headers().clone();
        let bytes = self.read(response, &url::host(&url)).await?;

        Ok(Fetched::Body(Box::new(Body {
            bytes,
            content_type: answer::text(&headers, header::CONTENT_TYPE),
            final_url: url,
            moved_to,
            etag: answer::validator(&headers, header::ETAG),
            last_modified: answer::validator(&headers, header::LAST_MODIFIED),
        })))
    }

    /// Reads a body piece by piece, unpacked, and stops at the limit whatever its length was said to be.
    async fn read(&self, mut response: Response, host: &str) -> Result<Vec<u8>, FetchError> {
        let limit = self.limits.body;
        let mut bytes = Vec::new();
        while let Some(piece) = response
            .chunk()
            .await
            .map_err(|error| FetchError::from_client(&error, host))?
        {
            if bytes.len() + piece.len() > limit {
                return Err(FetchError::TooLarge { limit });
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

/// TLS with ring and the machine's own root certificates, without touching the process-wide provider.
fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    use rustls_platform_verifier::BuilderVerifierExt as _;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth())
}

/// The headers of a request: which kind of document is wanted, and what makes it conditional. A validator that is no
/// header value is left out.
fn headers(accept: &'static str, request: &Request<'_>) -> HeaderMap {
    let conditions = [
        (header::IF_NONE_MATCH, request.etag),
        (header::IF_MODIFIED_SINCE, request.last_modified),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, HeaderValue::from_str(value?).ok()?)));

    std::iter::once((header::ACCEPT, HeaderValue::from_static(accept)))
        .chain(conditions)
        .collect()
}
