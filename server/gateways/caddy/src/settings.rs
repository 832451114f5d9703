//! What the gateway is told at start.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use model::CertificateSource;

/// Where Caddy's admin API listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminAddress {
    /// `host:port`. Caddy compares the host with the one it was configured with, so it is kept as it was given.
    Tcp(String),
    /// The absolute path of a unix socket. Only its owner can open it.
    Unix(PathBuf),
}

/// An address of an admin API that cannot be one.
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

/// As Caddy writes it: `unix//path` or `host:port`.
impl fmt::Display for AdminAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(authority) => f.write_str(authority),
            Self::Unix(path) => write!(f, "unix/{}", path.display()),
        }
    }
}

/// Who signs the certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Issuer {
    /// Caddy's own authority, for a laptop. Its root is never put into the machine's trust store.
    Internal,
    /// An authority by ACME.
    Acme(Acme),
}

/// An authority by ACME.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acme {
    /// For the authority's warnings.
    pub email: Option<String>,
    /// The URL of its directory; Caddy's own choice without one.
    pub directory: Option<String>,
    /// Whom to believe when it is asked, and the certificates that it signs: for an authority that is not a public one.
    pub roots: Option<AcmeRoots>,
}

/// A file of root certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcmeRoots {
    /// The file, as Caddy finds it.
    pub path: PathBuf,
    /// What stands in it.
    pub pem: String,
}

impl Acme {
    /// The directory for trials of Let's Encrypt: what it signs nobody believes, and it is generous with failures.
    pub const STAGING: &str = "https://acme-staging-v02.api.letsencrypt.org/directory";

    /// Whether nobody believes what it signs.
    pub fn is_trial(&self) -> bool {
        self.roots.is_none() && self.directory.as_deref() == Some(Self::STAGING)
    }
}

impl Issuer {
    /// Where a certificate of it comes from.
    pub const fn source(&self) -> CertificateSource {
        match self {
            Self::Internal => CertificateSource::Internal,
            Self::Acme(_) => CertificateSource::Acme,
        }
    }
}

/// What the configuration depends on besides the route table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderSettings {
    /// Where plain HTTP is served.
    pub http: SocketAddr,
    /// Where HTTPS is served. Redirects name its port.
    pub https: SocketAddr,
    /// Who signs the certificates.
    pub issuer: Issuer,
    /// How long a project may take until its answer begins, counted from the end of the request; then it is the
    /// maintenance page. What streams has begun.
    pub answer_within: Duration,
    /// What the maintenance page says in `Retry-After`, in whole seconds.
    pub retry_after: Duration,
}

impl RenderSettings {
    /// The defaults: internal issuer, an answer within a minute, 5 s.
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

/// Everything that [`crate::CaddyGateway`] needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaddySettings {
    /// Caddy's admin API.
    pub admin: AdminAddress,
    /// Product and version when known, such as `Caddy 2.11.7` of a child: the admin API does not tell.
    pub name: Option<String>,
    /// Where the root certificate of the internal issuer lies, for a Caddy whose files are on this machine.
    pub root_file: Option<PathBuf>,
    /// The folder of the operator's own certificates: `HOSTNAME.crt` and `HOSTNAME.key`, as Caddy finds it.
    pub certificates: Option<PathBuf>,
    /// What the configuration is rendered with.
    pub render: RenderSettings,
}

#[cfg(test)]
mod tests;
