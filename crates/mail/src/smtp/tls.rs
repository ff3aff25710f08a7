//! Whom to trust, and the two ways of encrypting: from the start by ourselves, by STARTTLS through lettre.

use std::{
    fmt, io,
    sync::{Arc, OnceLock},
};

use lettre::transport::smtp::client::{Certificate, TlsParameters};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// The certificates to trust. They are read once, however many connections are made; clones share them.
#[derive(Clone, Default)]
pub(super) struct Trust {
    extra: Option<Arc<str>>,
    from_the_start: Arc<OnceLock<Arc<ClientConfig>>>,
    by_starttls: Arc<OnceLock<TlsParameters>>,
}

impl Trust {
    /// Trusts the certificates of a PEM text besides the machine's own.
    pub(super) fn with(pem: &str) -> Self {
        Self {
            extra: Some(pem.into()),
            ..Self::default()
        }
    }

    /// Encrypts a fresh connection.
    pub(super) async fn wrap(&self, tcp: TcpStream, host: &str) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let config = if let Some(config) = self.from_the_start.get() {
            config.clone()
        } else {
            let config = Arc::new(self.config().map_err(io::Error::other)?);
            self.from_the_start.get_or_init(|| config).clone()
        };
        TlsConnector::from(config).connect(name, tcp).await
    }

    /// What lettre needs for STARTTLS.
    pub(super) fn starttls(&self, host: &str) -> Result<TlsParameters, lettre::transport::smtp::Error> {
        if let Some(parameters) = self.by_starttls.get() {
            return Ok(parameters.clone());
        }
        let mut builder = TlsParameters::builder(host.to_owned());
        if let Some(pem) = &self.extra {
            builder = builder.add_root_certificate(Certificate::from_pem(pem.as_bytes())?);
        }
        let parameters = builder.build_rustls()?;
        Ok(self.by_starttls.get_or_init(|| parameters).clone())
    }

    fn config(&self) -> Result<ClientConfig, rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(pem) = &self.extra {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                roots.add(certificate.map_err(|error| rustls::Error::General(error.to_string()))?)?;
            }
        }
        Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth())
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.extra.is_some() {
            "Trust(the machine and more)"
        } else {
            "Trust(the machine)"
        })
    }
}
