//! Why a document could not be fetched, in sentences for the people who look after the feed.

use std::{error::Error as StdError, io, net::IpAddr, time::Duration};

use super::resolve::NotPublic;

/// What went wrong with a fetch. Each message says what happened and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The text is no address that can be fetched.
    #[error("this is not an address that can be fetched: {reason}; copy it from the browser's address bar")]
    BadUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// The host is, or resolves to, an address that is not public.
    #[error(
        "{host} is not on the public internet: {address} is {why}; if it is yours, name it in the setting \
         feed_allow_hosts"
    )]
    NotPublic {
        /// The host as the address names it.
        host: String,
        /// The first of its addresses that is not public.
        address: IpAddr,
        /// What kind of address that is.
        why: &'static str,
    },
    /// The name could not be resolved.
    #[error("the name {host} was not found; check its spelling, or whether the site has moved ({reason})")]
    Dns {
        /// The name.
        host: String,
        /// What the resolver said.
        reason: String,
    },
    /// Nothing listens there.
    #[error("{host} refused the connection; the site may be down, so try again later")]
    Refused {
        /// The host.
        host: String,
    },
    /// The connection broke, or what came over it was not HTTP.
    #[error("the connection to {host} failed; try again later ({reason})")]
    Connection {
        /// The host.
        host: String,
        /// What the network said.
        reason: String,
    },
    /// It took too long.
    #[error("{host} took too long to answer; it may be overloaded, so try again later")]
    Timeout {
        /// The host.
        host: String,
    },
    /// No secure connection came about.
    #[error("no secure connection to {host}: {reason}; those who run the site have to renew or repair it")]
    Tls {
        /// The host.
        host: String,
        /// What is wrong with the certificate or the handshake.
        reason: String,
    },
    /// 404.
    #[error("there is nothing at this address (404); check it, or look for the feed's new address on the site")]
    NotFound,
    /// 410.
    #[error("the site says that this address is gone for good (410); look for the feed's new address on the site")]
    Gone,
    /// 401, 403, 407 or 451.
    #[error("the site does not let us read this address ({status}); its owner has to make the feed public")]
    Forbidden {
        /// The HTTP status.
        status: u16,
    },
    /// 429.
    #[error("the site asks us to come less often (429); we will, and there is nothing to do")]
    TooManyRequests {
        /// How long the site asks us to stay away.
        retry_after: Option<Duration>,
    },
    /// 5xx.
    #[error("the site has a fault of its own ({status}); try again later, or tell its owner")]
    Server {
        /// The HTTP status.
        status: u16,
        /// How long the site asks us to stay away.
        retry_after: Option<Duration>,
    },
    /// Any other status that brings no document.
    #[error("the site answered with status {status}, which brings no feed; check the address")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The body, unpacked, or the header is larger than the limit.
    #[error("the answer is larger than {limit} bytes; a feed of the newest posts only would do")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The redirects did not end, or led nowhere.
    #[error(
        "the address redirects too often or in a circle (more than {limit} times); open it in a browser and use where it ends"
    )]
    TooManyRedirects {
        /// The limit.
        limit: usize,
    },
}

impl FetchError {
    /// How long the site asked us to stay away, where it did.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyRequests { retry_after } | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Names what the HTTP client ran into while it talked to `host`.
    pub(super) fn from_client(error: &reqwest::Error, host: &str) -> Self {
        let host = host.to_owned();
        if let Some(refused) = find::<NotPublic>(error) {
            return Self::NotPublic {
                host,
                address: refused.address,
                why: refused.why,
            };
        }
        if error.is_timeout() {
            return Self::Timeout { host };
        }
        if error.is_dns() {
            return Self::Dns {
                host,
                reason: root_cause(error),
            };
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return Self::Tls {
                host,
                reason: why_not_secure(tls),
            };
        }
        match find::<io::Error>(error).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => Self::Refused { host },
            _ => Self::Connection {
                host,
                reason: root_cause(error),
            },
        }
    }
}

/// The first error of type `T` in the chain, also where it hides inside an I/O error, whose `source` skips it.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// What is wrong with a certificate in words for people who have never seen one.
fn why_not_secure(error: &rustls::Error) -> String {
    use rustls::{CertificateError as Certificate, Error};

    match error {
        Error::InvalidCertificate(Certificate::Expired | Certificate::ExpiredContext { .. }) => {
            "its certificate has expired".to_owned()
        }
        Error::InvalidCertificate(Certificate::NotValidForName | Certificate::NotValidForNameContext { .. }) => {
            "its certificate is that of another site".to_owned()
        }
        Error::InvalidCertificate(Certificate::UnknownIssuer) => {
            "its certificate is signed by nobody whom browsers trust".to_owned()
        }
        other => format!("the site does not speak as secure sites do ({other})"),
    }
}

fn root_cause(error: &dyn StdError) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use rustls::{CertificateError, Error};

    use super::*;

    #[test]
    fn what_is_wrong_with_a_certificate_is_told_in_plain_words() {
        let told = |error| why_not_secure(&Error::InvalidCertificate(error));

        assert_eq!(told(CertificateError::Expired), "its certificate has expired");
        assert_eq!(
            told(CertificateError::NotValidForName),
            "its certificate is that of another site"
        );
        assert_eq!(
            told(CertificateError::UnknownIssuer),
            "its certificate is signed by nobody whom browsers trust"
        );
        assert_eq!(
            why_not_secure(&Error::HandshakeNotComplete),
            "the site does not speak as secure sites do (handshake not complete)"
        );
    }
}
