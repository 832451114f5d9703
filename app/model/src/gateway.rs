//! The gateway and its certificates.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::edge::FleetEdge;
use crate::state::words;
use crate::{Hostname, Observed, Part, ProjectId};

/// The source of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CertificateSource {
    /// A public CA, by ACME; renewed by the gateway.
    Acme,
    /// The gateway's internal CA; renewed by the gateway.
    Internal,
    /// Files of the operator, who renews them.
    Own,
}

words!(CertificateSource { Acme = "acme", Internal = "internal", Own = "own" } accepted "acme, internal or own");

/// A certificate as clients receive it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateSeen {
    /// Its issuer.
    pub issuer: String,
    /// Start of validity.
    #[serde(with = "time::serde::rfc3339")]
    pub not_before: OffsetDateTime,
    /// End of validity.
    #[serde(with = "time::serde::rfc3339")]
    pub not_after: OffsetDateTime,
}

/// The certificate of one hostname.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Certificate {
    /// The hostname.
    pub host: Hostname,
    /// Its project; `None`: the dashboard.
    pub project_id: Option<ProjectId>,
    /// The source of its certificate.
    pub source: CertificateSource,
    /// The certificate in the last handshake; absent: the gateway has none for the name.
    pub seen: Observed<CertificateSeen>,
    /// The fault of the operator's files, with file and remedy.
    pub fault: Option<String>,
    /// Whether an operator has to act: it expires soon and should have been renewed, it is missing, or a file is faulty.
    pub alert: bool,
}

impl CertificateSeen {
    /// Whether it expires soon. The gateway renews when a third of the lifetime is left, so less than a sixth means
    /// that renewal fails; a lifetime of twelve hours is no reason for an alert at fourteen days.
    pub fn ends_soon(&self, source: CertificateSource, threshold: Duration, now: OffsetDateTime) -> bool {
        let sixth = (self.not_after - self.not_before) / 6;
        let least = if source == CertificateSource::Own { threshold } else { threshold.min(sixth) };
        self.not_after - now < least
    }
}

/// Where rate limits are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RateLimiter {
    /// At the gateway, and again at each instance.
    Gateway,
    /// At each instance only.
    Instances,
}

words!(RateLimiter { Gateway = "gateway", Instances = "instances" } accepted "gateway or instances");

/// The content of the gateway page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GatewayView {
    /// The gateway as a part.
    pub part: Part,
    /// Where rate limits are enforced; `None` if not checked yet.
    pub rate_limiter: Option<RateLimiter>,
    /// The edge policy of the fleet.
    pub edge: FleetEdge,
    /// Counts the changes of that policy. An edit of it names the one that it was made from.
    pub edge_generation: i64,
    /// Every served hostname with its certificate; those with alerts first.
    pub certificates: Vec<Certificate>,
    /// Days before expiry at which a certificate is flagged.
    pub alert_days: u32,
    /// The HTTPS port.
    pub https_port: u16,
}

#[cfg(test)]
mod tests;
