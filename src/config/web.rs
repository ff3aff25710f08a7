//! The settings of the web server.

use std::net::SocketAddr;

use axum::http::HeaderValue;
use ipnet::IpNet;
use url::Url;

use super::{error::ConfigError, layers::Layers};
use crate::web::{TrustedProxies, WebSettings};

const PUBLIC_URL: &str = "an address such as https://news.example.org, without a path";

/// Where the web server listens.
pub(super) fn listen(layers: &Layers) -> Result<SocketAddr, ConfigError> {
    layers
        .require("listen")?
        .parse("an address and a port, such as 127.0.0.1:8080 or [::]:8080")
}

/// What the pages need to know.
pub(super) fn settings(layers: &Layers, listen: SocketAddr) -> Result<WebSettings, ConfigError> {
    Ok(WebSettings {
        public_url: public_url(layers, listen)?,
        trusted_proxies: TrustedProxies::new(trusted_proxies(layers)?),
        cors_origins: cors_origins(layers)?,
    })
}

fn public_url(layers: &Layers, listen: SocketAddr) -> Result<Url, ConfigError> {
    let Some(found) = layers.find("public_url") else {
        let url = if listen.ip().is_unspecified() {
            format!("http://localhost:{}", listen.port())
        } else {
            format!("http://{listen}")
        };
        return Ok(Url::parse(&url).expect("an address with a port makes a URL"));
    };
    let url: Url = found.parse(PUBLIC_URL)?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_web = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if is_web && is_bare {
        Ok(url)
    } else {
        Err(found.wrong(PUBLIC_URL))
    }
}

/// A proxy is a network or a single address.
fn trusted_proxies(layers: &Layers) -> Result<Vec<IpNet>, ConfigError> {
    struct Network(IpNet);
    impl std::str::FromStr for Network {
        type Err = ();

        fn from_str(text: &str) -> Result<Self, ()> {
            let network = text
                .parse()
                .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
            network.map(Self).map_err(|_| ())
        }
    }

    let networks: Vec<Network> = layers.list("trusted_proxies", "networks such as 10.0.0.0/8, or addresses")?;
    Ok(networks.into_iter().map(|network| network.0).collect())
}

fn cors_origins(layers: &Layers) -> Result<Vec<HeaderValue>, ConfigError> {
    const RIGHT: &str = "sites such as https://example.org, without a path";
    let origins: Vec<Url> = layers.list("cors_origins", RIGHT)?;
    origins
        .into_iter()
        .map(|url| {
            let origin = url.origin().ascii_serialization();
            let is_site = matches!(url.scheme(), "http" | "https") && url.path() == "/";
            let value = HeaderValue::try_from(origin).ok().filter(|_| is_site);
            value.ok_or_else(|| layers.find("cors_origins").expect("it was just read").wrong(RIGHT))
        })
        .collect()
}
