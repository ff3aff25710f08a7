//! A certificate for the sink that nobody signed but itself.

use std::sync::Arc;

use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};

/// What STARTTLS needs, and the certificate in PEM for clients that shall trust it.
pub(super) fn self_signed() -> (Arc<ServerConfig>, String) {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("the names are valid");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring serves the default versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("the key is the certificate's");
    (Arc::new(config), made.cert.pem())
}
