//! What a fetch may cost, whom it may reach, and what it asks for.

use std::time::Duration;

use ::url::Url;

use super::AllowedHost;

/// How much a document may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The unpacked body, in bytes. 5 MiB: a blog's twenty newest posts in full are rarely over 1 MiB, a podcast's
    /// whole archive is about 4, and a poll holds a few copies of it in memory at once.
    pub body: usize,
    /// The header, in bytes: names and values together.
    pub header: usize,
    /// Redirects that are followed.
    pub redirects: usize,
    /// From the first look-up to the last byte, redirects included.
    pub total: Duration,
    /// Looking up a name, connecting and the TLS handshake, for each hop.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 5 * 1024 * 1024,
            header: 32 * 1024,
            redirects: 5,
            total: Duration::from_secs(60),
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(15),
        }
    }
}

/// How an installation fetches.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The installation's public address, which is named to the sites so that their owners can find us.
    pub public_url: Url,
    /// Hosts that may be fetched although their addresses are not public.
    pub allow_hosts: Vec<AllowedHost>,
    /// How much a document may cost.
    pub limits: Limits,
}

/// What to fetch, and what is known of it from the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The address as it was given.
    pub url: &'a str,
    /// The `ETag` of the last answer.
    pub etag: Option<&'a str>,
    /// The `Last-Modified` of the last answer.
    pub last_modified: Option<&'a str>,
}
