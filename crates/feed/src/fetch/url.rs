//! Which addresses are taken at all, before any name is looked up.

use std::net::IpAddr;

use ::url::{Host, Url};

use super::{FetchError, resolve::NotPublic};

/// Reads an address that a person gave.
pub(super) fn parse(text: &str) -> Result<Url, FetchError> {
    let url = Url::parse(text.trim()).map_err(|error| FetchError::BadUrl {
        reason: error.to_string(),
    })?;
    check(&url)?;
    Ok(url)
}

/// Refuses what is not plain http or https.
pub(super) fn check(url: &Url) -> Result<(), FetchError> {
    let bad = |reason: &str| {
        Err(FetchError::BadUrl {
            reason: reason.to_owned(),
        })
    };
    if !matches!(url.scheme(), "http" | "https") {
        return bad("it has to begin with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return bad("it contains a user name or password");
    }
    if url.host().is_none() || url.port() == Some(0) {
        return bad("it names no host");
    }
    Ok(())
}

/// Checks a host that is an address already: such a one never reaches the resolver. The URL parser has turned
/// `0x7f.1`, `2130706433` and the like into addresses by now.
pub(super) fn check_literal(url: &Url) -> Result<(), FetchError> {
    let address: IpAddr = match url.host() {
        Some(Host::Ipv4(v4)) => v4.into(),
        Some(Host::Ipv6(v6)) => v6.into(),
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    NotPublic::check(address).map_err(|refused| FetchError::NotPublic {
        host: host(url),
        address: refused.address,
        why: refused.why,
    })
}

/// The host as the address names it.
pub(super) fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}
