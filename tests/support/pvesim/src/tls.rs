//! A self-made certificate and the server's TLS configuration (ring, no other provider).

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};

/// Certificate, its fingerprint and the configuration that uses it.
pub struct Tls {
    /// For `ServerConnection`.
    pub config: Arc<ServerConfig>,
    /// `AA:BB:…` of SHA-256 over the DER.
    pub fingerprint: String,
    /// The certificate in PEM: it is its own authority.
    pub pem: String,
}

/// Makes a new certificate for localhost and 127.0.0.1.
pub fn make() -> Result<Tls, Box<dyn std::error::Error + Send + Sync>> {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names)?;
    let der = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let digest = Sha256::digest(&der);
    let fingerprint = digest.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(":");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![der], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Tls {
        config: Arc::new(config),
        fingerprint,
        pem: made.cert.pem(),
    })
}
