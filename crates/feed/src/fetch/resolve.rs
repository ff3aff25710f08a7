//! Names into addresses, once per hop, with every answer checked before anything is dialled.
//!
//! The HTTP client dials exactly the addresses that [`Guarded`] hands it and never asks again, so a name that answers
//! differently the second time gains nothing.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::why_not_public;

/// The answer of a [`Resolver`]: all addresses of a name.
pub type Lookup = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Where names are looked up; tests bring their own.
pub trait Resolver: Send + Sync {
    /// Looks up all addresses of `name`.
    fn lookup(&self, name: &str) -> Lookup;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn lookup(&self, name: &str) -> Lookup {
        let name = name.to_owned();
        Box::pin(async move {
            Ok(tokio::net::lookup_host((name, 0))
                .await?
                .map(|address| address.ip())
                .collect())
        })
    }
}

/// A name stands for an address that must not be dialled.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{address} is {why}")]
pub(super) struct NotPublic {
    pub(super) address: IpAddr,
    pub(super) why: &'static str,
}

impl NotPublic {
    /// Refuses an address that is not public.
    pub(super) fn check(address: IpAddr) -> Result<(), Self> {
        why_not_public(address).map_or(Ok(()), |why| Err(Self { address, why }))
    }
}

/// Lets the HTTP client see only the names whose every address is public.
pub(super) struct Guarded(pub(super) Arc<dyn Resolver>);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.lookup(name.as_str());
        Box::pin(async move {
            let addresses = lookup.await?;
            for address in &addresses {
                NotPublic::check(*address)?;
            }
            Ok(dialled(addresses)?)
        })
    }
}

/// Lets the HTTP client see all addresses, for hosts that an administrator named.
pub(super) struct Unguarded(pub(super) Arc<dyn Resolver>);

impl Resolve for Unguarded {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.lookup(name.as_str());
        Box::pin(async move { Ok(dialled(lookup.await?)?) })
    }
}

/// The addresses as the HTTP client takes them; port 0 stands for the one in the URL.
fn dialled(addresses: Vec<IpAddr>) -> io::Result<Addrs> {
    if addresses.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
    }
    Ok(Box::new(
        addresses.into_iter().map(|address| SocketAddr::new(address, 0)),
    ))
}
