//! Whether a PBX's certificate is the right one. PBXs mostly make theirs themselves, which no
//! authority signs: as with SSH, the one seen first is remembered, and another one is refused.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Trusts what the system trusts, else the certificate with a fingerprint, else the first one.
#[derive(Debug)]
pub(super) struct Trust {
    provider: Arc<CryptoProvider>,
    system: Option<Arc<WebPkiServerVerifier>>,
    fingerprint: Option<String>,
    /// The fingerprint of a certificate that was trusted for no better reason than to be the first.
    first: Mutex<Option<String>>,
}

impl Trust {
    /// With the fingerprint that is known, if one is. Reads the system's certificates: not for an
    /// async thread.
    pub(super) fn new(fingerprint: Option<String>) -> Arc<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let builder =
            WebPkiServerVerifier::builder_with_provider(roots.into(), Arc::clone(&provider));
        Arc::new(Self {
            provider,
            // A system that trusts nobody.
            system: builder.build().ok(),
            fingerprint,
            first: Mutex::default(),
        })
    }

    /// For connections that trust like this.
    pub(super) fn config(self: &Arc<Self>) -> Result<ClientConfig, Error> {
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(self) as _);
        Ok(builder.with_no_client_auth())
    }

    /// The fingerprint to be remembered, if there is a new one.
    pub(super) fn first_seen(&self) -> Option<String> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.clone()
    }
}

/// SHA-256 of a certificate, as programs show it: `AB:CD:…`.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, certificate);
    let bytes: Vec<String> = (digest.as_ref().iter())
        .map(|byte| format!("{byte:02X}"))
        .collect();
    bytes.join(":")
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let by_system = self.system.as_ref().is_some_and(|system| {
            let verified = system.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            );
            verified.is_ok()
        });
        if by_system {
            return Ok(ServerCertVerified::assertion());
        }
        let shown = fingerprint(end_entity);
        match &self.fingerprint {
            None => {
                let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
                *first = Some(shown);
                Ok(ServerCertVerified::assertion())
            }
            Some(known) if known.eq_ignore_ascii_case(&shown) => {
                Ok(ServerCertVerified::assertion())
            }
            Some(_) => Err(Error::General(format!(
                "it shows another certificate than before ({shown}): if that is right, take \
                 fingerprint out of connection in the source's configuration"
            ))),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
