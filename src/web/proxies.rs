//! Where a request really came from, when it passed proxies of one's own.
//!
//! Anybody can write `X-Forwarded-For`; it is believed only from addresses that the configuration names.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

use super::App;

const FORWARDED_FOR: &str = "x-forwarded-for";
/// Whatever a proxy adds that stands in front of this program.
const SIGNS_OF_A_PROXY: [&str; 4] = [FORWARDED_FOR, "forwarded", "via", "x-real-ip"];

/// The networks whose word about a client's address is taken, cheap to clone.
#[derive(Debug, Clone)]
pub struct TrustedProxies {
    networks: Arc<[IpNet]>,
    has_warned: Arc<AtomicBool>,
}

/// Who sent a request: an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// The address that the request came from; unspecified (`::`) when it came over no network.
    pub address: IpAddr,
    /// Whether it came from this machine and past no proxy.
    pub is_direct_and_local: bool,
}

impl TrustedProxies {
    /// Trusts these networks.
    #[must_use]
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self {
            networks: networks.into_iter().map(|network| network.trunc()).collect(),
            has_warned: Arc::default(),
        }
    }

    /// The networks.
    #[must_use]
    pub fn networks(&self) -> &[IpNet] {
        &self.networks
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The client behind a connection: the last address in the chain that no trusted proxy has.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Client {
        let peer = peer.to_canonical();
        let is_forwarded = SIGNS_OF_A_PROXY.iter().any(|name| headers.contains_key(*name));
        let direct = Client {
            address: peer,
            is_direct_and_local: peer.is_loopback() && !is_forwarded,
        };
        if !headers.contains_key(FORWARDED_FOR) {
            return direct;
        }
        if !self.trusts(peer) {
            self.warn_once(peer);
            return direct;
        }
        let mut address = peer;
        let chain = headers.get_all(FORWARDED_FOR).iter().rev();
        for hop in chain.flat_map(|value| value.to_str().unwrap_or_default().rsplit(',')) {
            let Some(hop) = parse_hop(hop) else { break };
            address = hop;
            if !self.trusts(hop) {
                break;
            }
        }
        Client {
            address,
            is_direct_and_local: false,
        }
    }

    fn warn_once(&self, peer: IpAddr) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                peer.address = %peer,
                "ignored X-Forwarded-For from an address that is not a trusted proxy; if it is yours, add it to \
                 trusted_proxies (PAPERROUND_TRUSTED_PROXIES)"
            );
        }
    }
}

/// An address as proxies write it: bare, or with a port.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()
        .map(|address| address.to_canonical())
}

/// Adds the [`Client`] to a request.
pub async fn find_client(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let client = peer.map_or(
        Client {
            address: IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED),
            is_direct_and_local: false,
        },
        |peer| app.web.trusted_proxies.client(peer, request.headers()),
    );
    request.extensions_mut().insert(client);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&'static str]) -> Client {
        let trusted = TrustedProxies::new(["127.0.0.0/8", "::1/128", "10.0.0.0/8"].map(|text| text.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        trusted.client(peer.parse().unwrap(), &headers)
    }

    #[test]
    fn a_trusted_proxy_is_believed() {
        let found = client("127.0.0.1", &["203.0.113.9"]);

        assert_eq!(found.address.to_string(), "203.0.113.9");
        assert!(!found.is_direct_and_local);
    }

    #[test]
    fn what_a_stranger_writes_is_ignored() {
        assert_eq!(
            client("198.51.100.7", &["203.0.113.9"]).address.to_string(),
            "198.51.100.7"
        );
    }

    #[test]
    fn only_the_part_that_trusted_proxies_wrote_counts() {
        let one_header = client("127.0.0.1", &["127.0.0.1, 198.51.100.7, 10.0.0.3"]);
        let two_headers = client("127.0.0.1", &["192.0.2.1", "198.51.100.7:4711"]);

        assert_eq!(one_header.address.to_string(), "198.51.100.7");
        assert_eq!(two_headers.address.to_string(), "198.51.100.7");
    }

    #[test]
    fn a_broken_chain_ends_at_the_last_address_that_can_be_read() {
        assert_eq!(
            client("127.0.0.1", &["nonsense, 10.0.0.3"]).address.to_string(),
            "10.0.0.3"
        );
        assert_eq!(client("127.0.0.1", &[""]).address.to_string(), "127.0.0.1");
    }

    #[test]
    fn only_a_request_past_no_proxy_is_direct_and_local() {
        assert!(client("127.0.0.1", &[]).is_direct_and_local);
        assert!(client("::ffff:127.0.0.1", &[]).is_direct_and_local);
        assert!(!client("10.0.0.3", &[]).is_direct_and_local);
        assert!(!client("127.0.0.1", &["127.0.0.1"]).is_direct_and_local);
    }
}
