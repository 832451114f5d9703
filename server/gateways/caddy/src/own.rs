//! Certificates of the operator: `HOSTNAME.crt` and `HOSTNAME.key` in one folder, PEM, the chain after the certificate.
//!
//! They are read before every table is rendered, so another file counts within a sweep. What Caddy would stumble over is
//! left out before it comes there, because Caddy refuses a configuration as a whole: the name then has a certificate of
//! the issuer, and its fault is told. Caddy gets the paths and reads the files itself: no key is in its configuration.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::Hostname;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::{certificate, trust};

/// What is read of a file in bytes; a chain of certificates has some thousand.
const MAX_FILE: u64 = 1024 * 1024;

/// A certificate that can be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCertificate {
    /// The file of the certificate and its chain.
    pub certificate: PathBuf,
    /// The file of its key.
    pub key: PathBuf,
    /// Of both files' content: other content is another configuration, so Caddy reads the files again.
    pub digest: String,
    /// The certificate itself.
    pub leaf: CertificateDer<'static>,
}

/// Those that can be served, by name.
pub type OwnCertificates = BTreeMap<String, OwnCertificate>;

/// What is in the folder for one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Own {
    /// Nothing.
    None,
    /// A certificate.
    Good(OwnCertificate),
    /// Files with a fault: which, and the way out.
    Bad(String),
}

/// What is wrong with the files of one name.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("{} is missing. A certificate and its key stand beside each other", .0.display())]
    Missing(PathBuf),
    #[error("{} cannot be read: {source}. The gateway's user has to be able to read it", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} holds no certificate in PEM. Put the certificate there, then its chain", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} holds no private key that can be read. Put it there in PEM, without a pass phrase", .0.display())]
    NoKey(PathBuf),
    #[error("{} is not the key of {}. Replace one of the two", key.display(), certificate.display())]
    OtherKey { certificate: PathBuf, key: PathBuf },
    #[error("{} is not for {host}. Put a certificate there that names it", path.display())]
    OtherName { path: PathBuf, host: Hostname },
    #[error("{} ended on {at}. Put a new one there", path.display())]
    Expired { path: PathBuf, at: String },
    #[error("{} counts from {at} on only. Put one there that counts now", path.display())]
    Early { path: PathBuf, at: String },
}

/// Those of these names that can be served. Blocking.
pub(crate) fn all(folder: &Path, hosts: &[Hostname]) -> OwnCertificates {
    let good = |host: &Hostname| match read(folder, host) {
        Own::Good(own) => Some((host.to_string(), own)),
        Own::None | Own::Bad(_) => None,
    };
    hosts.iter().filter_map(good).collect()
}

/// What is there for one name. Blocking.
pub(crate) fn read(folder: &Path, host: &Hostname) -> Own {
    let path = |ending: &str| folder.join(format!("{host}.{ending}"));
    let (certificate, key) = (path("crt"), path("key"));
    match (present(&certificate), present(&key)) {
        (Ok(None), Ok(None)) => Own::None,
        (Ok(Some(chain)), Ok(Some(secret))) => {
            judged(host, (certificate, chain), (key, secret)).map_or_else(|fault| bad(&fault), Own::Good)
        }
        (Ok(None), Ok(Some(_))) => bad(&Fault::Missing(certificate)),
        (Ok(Some(_)), Ok(None)) => bad(&Fault::Missing(key)),
        (Err(source), _) => bad(&Fault::Unreadable { path: certificate, source }),
        (_, Err(source)) => bad(&Fault::Unreadable { path: key, source }),
    }
}

fn bad(fault: &Fault) -> Own {
    Own::Bad(format!("{fault}. Until then the name has a certificate of the gateway's issuer."))
}

fn present(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let read = || {
        let mut content = Vec::new();
        fs::File::open(path)?.take(MAX_FILE).read_to_end(&mut content)?;
        Ok::<_, io::Error>(content)
    };
    match read() {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn judged(
    host: &Hostname,
    (path, chain): (PathBuf, Vec<u8>),
    (key, secret): (PathBuf, Vec<u8>),
) -> Result<OwnCertificate, Fault> {
    let no_certificate = || Fault::NoCertificate(path.clone());
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&chain).collect();
    let certificates = certificates.map_err(|_| no_certificate())?;
    let leaf = certificates.first().cloned().ok_or_else(no_certificate)?;
    let seen = certificate::read(&leaf).ok_or_else(no_certificate)?;
    let private = PrivateKeyDer::from_pem_slice(&secret).map_err(|_| Fault::NoKey(key.clone()))?;
    match CertifiedKey::from_der(certificates, private, &rustls::crypto::ring::default_provider()) {
        Ok(_) => {}
        Err(rustls::Error::InconsistentKeys(_)) => {
            return Err(Fault::OtherKey { certificate: path, key });
        }
        Err(_) => return Err(Fault::NoKey(key)),
    }
    let name = ServerName::try_from(host.as_str().to_owned()).map_err(|_| no_certificate())?;
    if trust::is_for(&leaf, &name).is_err() {
        return Err(Fault::OtherName { path, host: host.clone() });
    }
    let (now, said) =
        (OffsetDateTime::now_utc(), |at: OffsetDateTime| at.format(&Rfc3339).unwrap_or_default());
    if seen.not_after <= now {
        return Err(Fault::Expired { path, at: said(seen.not_after) });
    }
    if seen.not_before > now {
        return Err(Fault::Early { path, at: said(seen.not_before) });
    }
    let digest = Sha256::new().chain_update(&chain).chain_update([0]).chain_update(&secret).finalize();
    let digest = digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok(OwnCertificate { certificate: path, key, digest, leaf })
}

/// The folder of the operator's certificates, where one was named.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnFolder(Option<Arc<Path>>);

impl OwnFolder {
    pub(crate) fn new(folder: Option<&Path>) -> Self {
        Self(folder.map(Arc::from))
    }

    /// Those of these names that can be served.
    pub(crate) async fn all(&self, hosts: Vec<Hostname>) -> OwnCertificates {
        let Some(folder) = self.0.clone() else { return OwnCertificates::new() };
        tokio::task::spawn_blocking(move || all(&folder, &hosts)).await.unwrap_or_default()
    }

    /// Why none of them can be read, where the folder itself cannot.
    pub(crate) async fn fault(&self) -> Option<String> {
        let folder = self.0.clone()?;
        let opened = Arc::clone(&folder);
        let error = tokio::task::spawn_blocking(move || fs::read_dir(opened).err()).await.ok()??;
        let path = folder.display();
        Some(format!(
            "The folder of own certificates, {path}, cannot be opened: {error}. Until then every name has a certificate of the issuer."
        ))
    }

    /// What is there for one name.
    pub(crate) async fn one(&self, host: &Hostname) -> Own {
        let Some(folder) = self.0.clone() else { return Own::None };
        let host = host.clone();
        tokio::task::spawn_blocking(move || read(&folder, &host)).await.unwrap_or(Own::None)
    }
}
