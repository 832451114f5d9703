//! Settings of the gateway.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use model::CertificateSource;

/// The address of Caddy's admin API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminAddress {
    /// `host:port`. Caddy compares the host with the configured one, so it is kept unchanged.
    Tcp(String),
    /// Absolute path of a unix socket. Only its owner can open it.
    Unix(PathBuf),
}

/// An invalid address of an admin API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{given}\" is no address of a Caddy admin API; accepted are 127.0.0.1:2019, http://127.0.0.1:2019 and unix//path/to/socket"
)]
pub struct InvalidAddress {
    given: String,
}

impl FromStr for AdminAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidAddress { given: text.to_owned() };
        let socket = text.strip_prefix("unix://").map(|rest| format!("/{}", rest.trim_start_matches('/')));
        let socket = socket.or_else(|| text.strip_prefix("unix/").map(str::to_owned));
        let socket = socket.or_else(|| text.starts_with('/').then(|| text.to_owned()));
        if let Some(path) = socket {
            return if path.starts_with('/') && path.len() > 1 {
                Ok(Self::Unix(path.into()))
            } else {
                Err(invalid())
            };
        }
        let authority = text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/');
        let (host, port) = authority.rsplit_once(':').ok_or_else(invalid)?;
        let plain = !host.is_empty() && !host.contains(['/', '@', ' ']);
        match port.parse::<u16>() {
            Ok(1..) if plain => Ok(Self::Tcp(authority.to_owned())),
            _ => Err(invalid()),
        }
    }
}

/// In Caddy's notation: `unix//path` or `host:port`.
impl fmt::Display for AdminAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(authority) => f.write_str(authority),
            Self::Unix(path) => write!(f, "unix/{}", path.display()),
        }
    }
}

/// The issuer of certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Issuer {
    /// Caddy's internal CA. Its root is never added to the machine's trust store.
    Internal,
    /// An ACME authority.
    Acme(Acme),
}

/// An ACME authority.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acme {
    /// Contact address for the authority.
    pub email: Option<String>,
    /// URL of its directory; `None`: Caddy's default.
    pub directory: Option<String>,
    /// Trusted roots of a private authority, for its API and its certificates.
    pub roots: Option<AcmeRoots>,
}

/// A file of root certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcmeRoots {
    /// The path, as Caddy sees it.
    pub path: PathBuf,
    /// Its content.
    pub pem: String,
}

impl Acme {
    /// The staging directory of Let's Encrypt: untrusted certificates, generous limits.
    pub const STAGING: &str = "https://acme-staging-v02.api.letsencrypt.org/directory";

    /// Whether its certificates are untrusted.
    pub fn is_trial(&self) -> bool {
        self.roots.is_none() && self.directory.as_deref() == Some(Self::STAGING)
    }
}

impl Issuer {
    /// The source of its certificates.
    pub const fn source(&self) -> CertificateSource {
        match self {
            Self::Internal => CertificateSource::Internal,
            Self::Acme(_) => CertificateSource::Acme,
        }
    }
}

/// Inputs of the configuration beside the route table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderSettings {
    /// HTTP address.
    pub http: SocketAddr,
    /// HTTPS address. Redirects contain its port.
    pub https: SocketAddr,
    /// The issuer of certificates.
    pub issuer: Issuer,
    /// Time-out until the first byte of a response, from the end of the request; then the maintenance page is sent.
    /// Does not limit streams that have started.
    pub answer_within: Duration,
    /// `Retry-After` of the maintenance page, in whole seconds.
    pub retry_after: Duration,
}

impl RenderSettings {
    /// The defaults: internal CA, one minute, 5 s.
    pub fn new(http: SocketAddr, https: SocketAddr) -> Self {
        Self {
            http,
            https,
            issuer: Issuer::Internal,
            answer_within: Duration::from_secs(60),
            retry_after: Duration::from_secs(5),
        }
    }
}

/// All settings of [`crate::CaddyGateway`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaddySettings {
    /// Caddy's admin API.
    pub admin: AdminAddress,
    /// Product and version if known, such as `Caddy 2.11.7` of a child; the admin API does not report it.
    pub name: Option<String>,
    /// The root certificate of the internal CA, for a Caddy on this machine.
    pub root_file: Option<PathBuf>,
    /// The folder of certificate files, `HOSTNAME.crt` and `HOSTNAME.key`, as Caddy sees it.
    pub certificates: Option<PathBuf>,
    /// Inputs of the configuration.
    pub render: RenderSettings,
}

#[cfg(test)]
mod tests;
