//! The gateway as its page tells it: what it is, what it serves under which certificate.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::edge::FleetEdge;
use crate::state::words;
use crate::{Hostname, Observed, Part, ProjectId};

/// Where a certificate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CertificateSource {
    /// A public authority, by ACME; renewed by the gateway.
    Acme,
    /// The gateway's own issuer; renewed by the gateway.
    Internal,
    /// Files of the operator; nobody renews them but the operator.
    Own,
}

words!(CertificateSource { Acme = "acme", Internal = "internal", Own = "own" } accepted "acme, internal or own");

/// A certificate as a client gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateSeen {
    /// Who signed it.
    pub issuer: String,
    /// From when it counts.
    #[serde(with = "time::serde::rfc3339")]
    pub not_before: OffsetDateTime,
    /// Until when.
    #[serde(with = "time::serde::rfc3339")]
    pub not_after: OffsetDateTime,
}

/// What is known of the certificate of one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Certificate {
    /// The name.
    pub host: Hostname,
    /// Whose it is; `None`: the dashboard's own.
    pub project_id: Option<ProjectId>,
    /// Where its certificate comes from.
    pub source: CertificateSource,
    /// What a handshake showed; absent: the gateway has none for the name.
    pub seen: Observed<CertificateSeen>,
    /// What is wrong with the operator's files for it, with the file and the way out.
    pub fault: Option<String>,
    /// Whether somebody has to look: it ends soon and should have been renewed, it is missing, or there is a fault.
    pub alert: bool,
}

impl CertificateSeen {
    /// Whether it ends soon. One that the gateway renews has a third of its life left when it is renewed, so below a sixth
    /// of it the renewal does not work; a life of twelve hours is no alarm for fourteen days.
    pub fn ends_soon(&self, source: CertificateSource, threshold: Duration, now: OffsetDateTime) -> bool {
        let sixth = (self.not_after - self.not_before) / 6;
        let least = if source == CertificateSource::Own { threshold } else { threshold.min(sixth) };
        self.not_after - now < least
    }
}

/// Who limits rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RateLimiter {
    /// The gateway, before a request reaches an instance, and the instance again.
    Gateway,
    /// Each instance by itself.
    Instances,
}

words!(RateLimiter { Gateway = "gateway", Instances = "instances" } accepted "gateway or instances");

/// The gateway's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GatewayView {
    /// What it is, what it lacks, and whether it answers.
    pub part: Part,
    /// Who limits rates; `None` while it was not asked.
    pub rate_limiter: Option<RateLimiter>,
    /// What is said of the edge for the whole fleet.
    pub edge: FleetEdge,
    /// Every name that is served, with its certificate; those that somebody has to look at first.
    pub certificates: Vec<Certificate>,
    /// A certificate that ends within so many days is told.
    pub alert_days: u32,
    /// The port for `https`.
    pub https_port: u16,
}

#[cfg(test)]
mod tests;
