//! Parses certificates.

use model::CertificateSeen;
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

/// Issuer and validity of a certificate; `None` if it cannot be parsed.
pub(crate) fn read(der: &CertificateDer<'_>) -> Option<CertificateSeen> {
    let certificate = Certificate::from_der(der).ok()?.tbs_certificate;
    let at = |time: x509_cert::time::Time| OffsetDateTime::from(time.to_system_time());
    Some(CertificateSeen {
        issuer: certificate.issuer.to_string(),
        not_before: at(certificate.validity.not_before),
        not_after: at(certificate.validity.not_after),
    })
}
