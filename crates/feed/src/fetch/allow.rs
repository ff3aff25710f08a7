//! Hosts that may be fetched although their addresses are not public: intranets, and the servers of tests.

use std::{fmt, net::Ipv6Addr, str::FromStr};

use url::{Host, Url};

/// A host, with or without a port, that an administrator lets through the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    host: Host,
    port: Option<u16>,
}

/// A text that names no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a host: write a name or an address, with a port if only that one is meant (intranet.example:8080)"
)]
pub struct AllowedHostError(String);

impl AllowedHost {
    /// Whether this entry lets the host and port of `url` through.
    #[must_use]
    pub fn lets_through(&self, url: &Url) -> bool {
        url.host().is_some_and(|host| undotted(host.to_owned()) == self.host)
            && self.port.is_none_or(|port| url.port_or_known_default() == Some(port))
    }
}

impl FromStr for AllowedHost {
    type Err = AllowedHostError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || AllowedHostError(text.to_owned());
        let trimmed = text.trim();
        if let Ok(bare) = trimmed.parse::<Ipv6Addr>() {
            return Ok(Self {
                host: Host::Ipv6(bare),
                port: None,
            });
        }

        let (host, port) = match trimmed.rsplit_once(':') {
            Some((host, port)) if !trimmed.ends_with(']') => (host, Some(port.parse().map_err(|_| refuse())?)),
            _ => (trimmed, None),
        };
        let host = Host::parse(host).map_err(|_| refuse())?;

        Ok(Self {
            host: undotted(host),
            port,
        })
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => write!(f, "{}", self.host),
        }
    }
}

/// `example.org.` and `example.org` are one host.
fn undotted(host: Host) -> Host {
    match host {
        Host::Domain(name) => Host::Domain(name.trim_end_matches('.').to_owned()),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lets_through(entry: &str, url: &str) -> bool {
        entry
            .parse::<AllowedHost>()
            .unwrap()
            .lets_through(&Url::parse(url).unwrap())
    }

    #[test]
    fn an_entry_without_a_port_lets_every_port_through() {
        assert!(lets_through("Intranet.Example", "http://intranet.example:8080/feed"));
        assert!(lets_through("intranet.example", "https://intranet.example./feed"));
        assert!(!lets_through("intranet.example", "http://www.intranet.example/feed"));
    }

    #[test]
    fn an_entry_with_a_port_lets_only_that_port_through() {
        assert!(lets_through("127.0.0.1:8080", "http://127.0.0.1:8080/"));
        assert!(lets_through("127.0.0.1:80", "http://127.1/"));
        assert!(!lets_through("127.0.0.1:8080", "http://127.0.0.1/"));
    }

    #[test]
    fn addresses_of_the_sixth_version_are_read_with_and_without_brackets() {
        assert!(lets_through("::1", "http://[::1]:9000/"));
        assert!(lets_through("[::1]", "http://[::1]/"));
        assert!(lets_through("[::1]:9000", "http://[::1]:9000/"));
        assert!(!lets_through("[::1]:9000", "http://[::1]/"));
    }

    #[test]
    fn nonsense_is_refused_with_an_example() {
        for text in ["", "a b", "host:port", "http://host/", "host:99999"] {
            assert!(text.parse::<AllowedHost>().is_err(), "{text:?}");
        }
    }
}
