//! Whom we trust: system roots, a CA file, one certificate's fingerprint, or (only when written) anybody.

use crate::server::Trust;
use once_cell::sync::Lazy;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};

/// The last certificate that was turned down, for the sentence that says so.
pub(crate) type Rejected = Arc<Mutex<Option<Turned>>>;

/// A certificate that was turned down.
#[derive(Debug)]
pub(crate) struct Turned {
    /// Its fingerprint.
    pub(crate) seen: String,
    /// The one that is configured, if that decides.
    wanted: Option<String>,
}

impl Turned {
    /// Why, in a clause: the other fingerprint, or what TLS says.
    pub(crate) fn why(&self, cause: &str) -> String {
        match &self.wanted {
            Some(wanted) => format!("its SHA-256 fingerprint is {}, and fingerprint= is {wanted}", self.seen),
            None => cause.to_owned(),
        }
    }
}

/// A TLS client for a server entry, or the sentence that says why there is none.
pub(crate) fn client_config(trust: &Trust, rejected: Rejected) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let chain = match trust {
        Trust::SystemRoots => Some(web_pki(system_roots(), &provider)?),
        Trust::CaFile(path) => Some(web_pki(roots_of_file(path)?, &provider)?),
        Trust::Fingerprint(_) | Trust::Insecure => None,
    };
    let pinned = match trust {
        Trust::Fingerprint(fingerprint) => Some(*fingerprint),
        _ => None,
    };
    let verifier = Verifier {
        chain,
        pinned,
        provider: provider.clone(),
        rejected,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS could not be set up: {error}"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

/// Read once: there are 150, and a process makes a client now and then.
fn system_roots() -> Arc<RootCertStore> {
    static READ: Lazy<Mutex<Option<Arc<RootCertStore>>>> = Lazy::new(Mutex::default);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(roots) = read.as_ref() {
        return roots.clone();
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let roots = Arc::new(roots);
    // where there are none yet, somebody will put that right
    *read = Some(roots.clone()).filter(|roots| !roots.is_empty());
    roots
}

fn roots_of_file(path: &std::path::Path) -> Result<Arc<RootCertStore>, String> {
    let unreadable = |why: String| format!("the CA file {} cannot be used: {why}", path.display());
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
        .map_err(|error| unreadable(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(unreadable("it holds no PEM certificate".to_owned()));
    }
    Ok(Arc::new(roots))
}

fn web_pki(roots: Arc<RootCertStore>, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>, String> {
    WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
        .build()
        .map_err(|error| {
            format!(
                "this machine has no usable root certificates ({error}): give the server's fingerprint or a CA file"
            )
        })
}

/// SHA-256 of a certificate as PVE shows it: `AA:BB:…`.
fn fingerprint_text(fingerprint: &[u8]) -> String {
    fingerprint
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect::<Vec<_>>()
        .join(":")
}

#[derive(Debug)]
struct Verifier {
    /// Chain and host name; none when a fingerprint (or nothing) decides.
    chain: Option<Arc<WebPkiServerVerifier>>,
    pinned: Option<[u8; 32]>,
    provider: Arc<CryptoProvider>,
    rejected: Rejected,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seen: [u8; 32] = Sha256::digest(end_entity).into();
        let verdict = match (&self.chain, self.pinned) {
            (Some(chain), _) => chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            (None, Some(pinned)) if pinned != seen => Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            )),
            (None, _) => Ok(ServerCertVerified::assertion()),
        };
        if verdict.is_err() {
            *self.rejected.lock().unwrap_or_else(PoisonError::into_inner) = Some(Turned {
                seen: fingerprint_text(&seen),
                wanted: self.pinned.map(|wanted| fingerprint_text(&wanted)),
            });
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
