//! The public entrance.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use model::{
    CertificateSeen, CertificateSource, EdgePolicy, FleetEdge, Hostname, Observed, Problem, ProblemKind,
    ProjectId,
};

use super::Failure;
pub use model::state::RouteSeen;

/// All routes of the fleet: a pure function of the registry. Equal tables are never applied twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteTable {
    /// By project. No name stands in two of them.
    pub routes: BTreeMap<ProjectId, Route>,
    /// Who may choose a project by the header `X-Atomo-Project`.
    pub header: HeaderRouting,
    /// The dashboard's own public name and where it listens, when it is behind the same gateway.
    pub dashboard: Option<(Hostname, SocketAddr)>,
    /// Who is let in, and what is added, for every project. The dashboard's own name is not a project's: it is let in.
    pub edge: FleetEdge,
}

impl RouteTable {
    /// Every name that it serves.
    pub fn names(&self) -> impl Iterator<Item = &Hostname> {
        let projects = self.routes.values().flat_map(|route| route.hostname.iter().chain(&route.aliases));
        self.dashboard.iter().map(|(name, _)| name).chain(projects)
    }
}

/// One project's route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its primary name.
    pub hostname: Option<Hostname>,
    /// Further names, among them former ones that are still served.
    pub aliases: Vec<Hostname>,
    /// Where requests go.
    pub target: RouteTarget,
    /// How long a connection that cannot be made is tried again before the maintenance page answers.
    pub hold: Duration,
    /// What the project itself says of the edge; [`model::Edge::of`] tells what holds.
    pub edge: EdgePolicy,
}

/// Where requests of a project go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteTarget {
    /// To this address, where an instance listens or soon will.
    Upstream(SocketAddr),
    /// To the maintenance page: 503 with `Retry-After`.
    Maintenance,
}

/// From where `X-Atomo-Project` is honoured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HeaderRouting {
    /// From nowhere.
    Off,
    /// From loopback and private addresses.
    #[default]
    Private,
    /// From everywhere.
    Any,
}

/// A table that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Whether something had to be changed for it.
    pub applied: Applied,
    /// What was read back of it, by project.
    pub routes: BTreeMap<ProjectId, RouteSeen>,
}

/// What an apply did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// The gateway served this table already.
    Unchanged,
    /// It does now; read back and compared.
    Changed,
}

/// How the gateway answered a request for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The HTTP status.
    pub status: u16,
    /// The address that was asked, for people: `https://acme.example:8443/ready`.
    pub url: String,
}

/// What a gateway says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayInfo {
    /// Product and version: `Caddy 2.11.7`.
    pub name: String,
    /// Features that this version lacks, as sentences.
    pub missing: Vec<String>,
    /// Whether it limits rates itself; else each instance does.
    pub limits_rates: bool,
    /// Whether it tells the client's address behind a trusted proxy; else the proxy's own is judged.
    pub knows_clients: bool,
}

/// The authority behind the certificates of all names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootCertificate {
    /// Public authorities: nothing has to be trusted by hand.
    Public,
    /// The gateway's internal issuer, by its root certificate in PEM.
    Internal(String),
    /// The gateway's internal issuer, whose root certificate was not read yet.
    Unknown,
}

/// What is known of the certificate of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateState {
    /// Where it comes from.
    pub source: CertificateSource,
    /// What a handshake shows; absent: the gateway refuses the name.
    pub seen: Observed<CertificateSeen>,
    /// What is wrong with the operator's own files for the name, and the way out.
    pub fault: Option<String>,
}

/// Why the gateway could not do it.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// Its admin API does not answer.
    #[error("{doing}: {reason}")]
    Away {
        /// What was being done.
        doing: &'static str,
        /// Where it was tried and what came back.
        reason: String,
    },
    /// It refused the configuration; the old one keeps serving.
    #[error("the gateway refused the configuration: {reason}")]
    Rejected {
        /// The project on whose route it stumbled, where that can be told.
        project: Option<ProjectId>,
        /// What it said.
        reason: String,
    },
    /// A request through it did not succeed.
    #[error("{url}: {reason}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// What came back.
        reason: String,
    },
}

impl Failure for GatewayError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Away { .. })
    }

    fn is_unreached(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    fn problem(&self) -> Problem {
        match self {
            Self::Away { doing, reason } => Problem::unavailable(
                "gateway",
                format!(
                    "While {doing}: {reason}. The routes that it has keep working; it is tried again by itself."
                ),
            ),
            Self::Rejected { reason, .. } => Problem {
                part: Some("gateway".into()),
                ..Problem::new(
                    ProblemKind::Refused,
                    "The gateway refused the route",
                    format!("{reason}. The old routes keep serving."),
                )
            },
            Self::Unreachable { url, reason } => Problem {
                part: Some("gateway".into()),
                ..Problem::new(
                    ProblemKind::Unavailable,
                    "The project does not answer through the gateway",
                    format!(
                        "{url}: {reason}. The instance itself runs and is ready. Correct the name, its DNS or its \
                         certificate; the request is repeated without an operator."
                    ),
                )
            },
        }
    }
}

/// The public entrance.
#[async_trait]
pub trait Gateway: Send + Sync + 'static {
    /// Whether it answers.
    async fn probe(&self) -> Result<GatewayInfo, GatewayError>;

    /// Makes the gateway serve this table and nothing else of ours, reads it back and compares. Configuration that
    /// is not ours stays untouched.
    async fn apply(&self, table: &RouteTable) -> Result<Served, GatewayError>;

    /// What it serves of ours right now, by project; empty when it was never configured.
    async fn read_back(&self) -> Result<BTreeMap<ProjectId, RouteSeen>, GatewayError>;

    /// Asks `path` of a project as a client would: over HTTPS under `host` with the certificate checked, or, without
    /// a host, over HTTP by the header. `Unreachable` when there is no answer in time; an answer of any status is `Ok`.
    async fn reach(
        &self,
        id: &ProjectId,
        host: Option<&Hostname>,
        path: &str,
        within: Duration,
    ) -> Result<Reached, GatewayError>;

    /// The certificate that a client gets for the name, by a TLS handshake under it, whoever signed it.
    async fn certificate(&self, host: &Hostname) -> CertificateState;

    /// Whose authority signs the names, from memory: [`Gateway::probe`] refreshes it.
    fn root_certificate(&self) -> RootCertificate;
}
