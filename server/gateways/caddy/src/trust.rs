//! Whose certificates are believed when the gateway is asked as a client would ask it.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};

/// Whose certificates are believed.
#[derive(Debug, Clone)]
pub(crate) enum Trust {
    /// Those that this machine believes, and of these authorities, PEM.
    Public(Arc<RootCertStore>, Option<String>),
    /// This authority's alone, PEM.
    Only(String),
    /// Any issuer's, as of an authority for trials, which nobody believes: name and life are checked all the same.
    AnyIssuer,
    /// This very certificate, as the operator has put it there: nobody else can say which authority its clients believe.
    Exactly(CertificateDer<'static>),
}

/// Why the roots cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrustError {
    #[error("the root certificate of the gateway cannot be read")]
    Root,
    #[error("no TLS in this build: {0}")]
    Tls(#[from] Error),
    #[error("no roots to believe: {0}")]
    Roots(#[from] rustls::client::VerifierBuilderError),
}

/// A client that believes these.
pub(crate) fn client(trust: &Trust) -> Result<ClientConfig, TrustError> {
    let provider = provider();
    let verifier: Arc<dyn ServerCertVerifier> = match trust {
        Trust::Public(roots, further) => {
            let mut store = RootCertStore::clone(roots);
            add(&mut store, further.as_deref().unwrap_or_default())?;
            webpki(store, &provider)?
        }
        Trust::Only(pem) => {
            let mut store = RootCertStore::empty();
            add(&mut store, pem)?;
            webpki(store, &provider)?
        }
        Trust::AnyIssuer => Arc::new(Named { exactly: None, provider: Arc::clone(&provider) }),
        Trust::Exactly(leaf) => {
            Arc::new(Named { exactly: Some(leaf.clone()), provider: Arc::clone(&provider) })
        }
    };
    config(provider, verifier)
}

/// A client that believes everybody, to see which certificate it is given: for a handshake and nothing after it.
pub(crate) fn onlooker(shown: Arc<Shown>) -> Result<ClientConfig, TrustError> {
    config(Arc::clone(&shown.provider), shown)
}

fn config(
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<ClientConfig, TrustError> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn add(store: &mut RootCertStore, pem: &str) -> Result<(), TrustError> {
    for root in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        store.add(root.map_err(|_| TrustError::Root)?).map_err(|_| TrustError::Root)?;
    }
    Ok(())
}

fn webpki(
    store: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TrustError> {
    Ok(WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider)).build()?)
}

/// Whether a certificate is for this name.
pub(crate) fn is_for(leaf: &CertificateDer<'_>, name: &ServerName<'_>) -> Result<(), Error> {
    rustls::client::verify_server_name(&ParsedCertificate::try_from(leaf)?, name)
}

/// Believes a certificate for its name and its life, whoever signed it; or only this very one.
#[derive(Debug)]
struct Named {
    exactly: Option<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

/// Keeps the certificate that it was shown.
#[derive(Debug)]
pub(crate) struct Shown {
    leaf: Mutex<Option<CertificateDer<'static>>>,
    provider: Arc<CryptoProvider>,
}

impl Shown {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { leaf: Mutex::new(None), provider: provider() })
    }

    pub(crate) fn take(&self) -> Option<CertificateDer<'static>> {
        self.leaf.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

macro_rules! signatures_by_provider {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            let algorithms = &self.provider.signature_verification_algorithms;
            verify_tls12_signature(message, certificate, signature, algorithms)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            let algorithms = &self.provider.signature_verification_algorithms;
            verify_tls13_signature(message, certificate, signature, algorithms)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.provider.signature_verification_algorithms.supported_schemes()
        }
    };
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.exactly.as_ref().is_some_and(|expected| expected.as_ref() != leaf.as_ref()) {
            return Err(CertificateError::Other(OtherError(Arc::new(AnotherOne))).into());
        }
        is_for(leaf, name)?;
        let seen = crate::certificate::read(leaf).ok_or(CertificateError::BadEncoding)?;
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        if now > seen.not_after.unix_timestamp() {
            return Err(CertificateError::Expired.into());
        }
        if now < seen.not_before.unix_timestamp() {
            return Err(CertificateError::NotValidYet.into());
        }
        Ok(ServerCertVerified::assertion())
    }

    signatures_by_provider!();
}

impl ServerCertVerifier for Shown {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.leaf.lock().unwrap_or_else(PoisonError::into_inner) = Some(leaf.clone().into_owned());
        Ok(ServerCertVerified::assertion())
    }

    signatures_by_provider!();
}

/// The operator's files hold another certificate than the gateway serves.
#[derive(Debug, thiserror::Error)]
#[error("the gateway serves another certificate than the operator's file holds")]
struct AnotherOne;
