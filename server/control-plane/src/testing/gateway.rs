//! The in-memory gateway: a real edge without sockets. [`MemoryGateway::ask`] answers as a client would be answered:
//! redirects, precedence, holding, the maintenance page. Upstreams listen always, or only where a test says so.

mod edge;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use model::{CertificateSeen, CertificateSource, Hostname, Observed, ProjectId};
use time::OffsetDateTime;

use crate::ports::gateway::{
    Applied, CertificateState, Gateway, GatewayError, GatewayInfo, HeaderRouting, Reached, RootCertificate,
    Route, RouteSeen, RouteTable, RouteTarget, Served,
};
pub use edge::{Answer, Ask, Scheme};

/// A gateway in memory. Clones are the same gateway.
#[derive(Debug, Clone, Default)]
pub struct MemoryGateway(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    table: Option<RouteTable>,
    upstreams: Upstreams,
    applies: u32,
    away: Option<String>,
    rejected: BTreeMap<ProjectId, String>,
    refused: Option<String>,
    cut: BTreeSet<ProjectId>,
}

/// Who listens behind it.
#[derive(Debug, Default)]
enum Upstreams {
    /// Somebody at every address.
    #[default]
    Everywhere,
    /// These, by name.
    Known(BTreeMap<SocketAddr, String>),
}

impl MemoryGateway {
    /// A gateway that was never configured, before instances that always answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, before addresses where nobody listens until [`MemoryGateway::listen`] says so.
    pub fn before_silence() -> Self {
        let gateway = Self::default();
        gateway.state().upstreams = Upstreams::Known(BTreeMap::new());
        gateway
    }

    /// From now on an upstream of this name listens here; `None`: nobody.
    pub fn listen(&self, address: SocketAddr, name: Option<&str>) {
        let mut state = self.state();
        if let Upstreams::Everywhere = state.upstreams {
            state.upstreams = Upstreams::Known(BTreeMap::new());
        }
        if let Upstreams::Known(known) = &mut state.upstreams {
            match name {
                Some(name) => known.insert(address, name.to_owned()),
                None => known.remove(&address),
            };
        }
    }

    /// From now on its admin side does not answer, for this reason; `None`: it answers again. Routes keep working.
    pub fn set_away(&self, reason: Option<&str>) {
        self.state().away = reason.map(str::to_owned);
    }

    /// From now on it refuses every table with a route of this project; `None`: no longer.
    pub fn reject(&self, project: &ProjectId, reason: Option<&str>) {
        let mut state = self.state();
        match reason {
            Some(reason) => state.rejected.insert(project.clone(), reason.to_owned()),
            None => state.rejected.remove(project),
        };
    }

    /// From now on no request of the control plane comes through to this project, or it does again.
    pub fn cut(&self, project: &ProjectId, cut: bool) {
        let mut state = self.state();
        if cut {
            state.cut.insert(project.clone());
        } else {
            state.cut.remove(project);
        }
    }

    /// From now on it answers and refuses every new table as a whole, for this reason; `None`: no longer.
    pub fn refuse(&self, reason: Option<&str>) {
        self.state().refused = reason.map(str::to_owned);
    }

    /// Forgets its configuration, as one that was started anew.
    pub fn forget(&self) {
        self.state().table = None;
    }

    /// How often its configuration was changed.
    pub fn applies(&self) -> u32 {
        self.state().applies
    }

    /// The table it serves.
    pub fn table(&self) -> Option<RouteTable> {
        self.state().table.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn answers(&self, doing: &'static str) -> Result<(), GatewayError> {
        self.away.as_ref().map_or(Ok(()), |reason| Err(GatewayError::Away { doing, reason: reason.clone() }))
    }

    fn refuses(&self, table: &RouteTable) -> Option<GatewayError> {
        if let Some(reason) = &self.refused {
            return Some(GatewayError::Rejected { project: None, reason: reason.clone() });
        }
        table.routes.iter().find_map(|(id, route)| {
            let too_long =
                i64::try_from(route.hold.as_nanos()).is_err().then(|| "no clock counts this hold".into());
            let reason = self.rejected.get(id).cloned().or(too_long)?;
            Some(GatewayError::Rejected { project: Some(id.clone()), reason })
        })
    }

    fn upstream(&self, address: SocketAddr) -> Option<String> {
        match &self.upstreams {
            Upstreams::Everywhere => Some(address.to_string()),
            Upstreams::Known(known) => known.get(&address).cloned(),
        }
    }

    fn seen(&self) -> BTreeMap<ProjectId, RouteSeen> {
        let Some(table) = &self.table else { return BTreeMap::new() };
        let seen = |(id, route): (&ProjectId, &Route)| {
            let upstream = match route.target {
                RouteTarget::Upstream(address) => Some(address.to_string()),
                RouteTarget::Maintenance => None,
            };
            let (hosts, edge) = (names(route).cloned().collect(), Some(route.edge.clone()));
            (id.clone(), RouteSeen { hosts, upstream, edge })
        };
        let is_served =
            |(_, seen): &(ProjectId, RouteSeen)| table.header != HeaderRouting::Off || !seen.hosts.is_empty();
        table.routes.iter().map(seen).filter(is_served).collect()
    }
}

fn names(route: &Route) -> impl Iterator<Item = &Hostname> {
    let mut once = BTreeSet::new();
    route.hostname.iter().chain(&route.aliases).filter(move |name| once.insert((*name).clone()))
}

#[async_trait]
impl Gateway for MemoryGateway {
    async fn probe(&self) -> Result<GatewayInfo, GatewayError> {
        self.state().answers("asking the gateway what it can do")?;
        Ok(GatewayInfo {
            name: "the in-memory gateway".into(),
            missing: Vec::new(),
            limits_rates: false,
            knows_clients: true,
        })
    }

    async fn apply(&self, table: &RouteTable) -> Result<Served, GatewayError> {
        let mut state = self.state();
        state.answers("changing the gateway's configuration")?;
        if state.table.as_ref() == Some(table) {
            return Ok(Served { applied: Applied::Unchanged, routes: state.seen() });
        }
        if let Some(refusal) = state.refuses(table) {
            return Err(refusal);
        }
        state.table = Some(table.clone());
        state.applies += 1;
        Ok(Served { applied: Applied::Changed, routes: state.seen() })
    }

    async fn read_back(&self) -> Result<BTreeMap<ProjectId, RouteSeen>, GatewayError> {
        let state = self.state();
        state.answers("reading the gateway's configuration")?;
        Ok(state.seen())
    }

    async fn reach(
        &self,
        id: &ProjectId,
        host: Option<&Hostname>,
        path: &str,
        within: Duration,
    ) -> Result<Reached, GatewayError> {
        let ask = match host {
            Some(host) => Ask::https(host.as_str(), path),
            None => Ask::http("127.0.0.1", path).with("X-Atomo-Project", id.as_str()),
        };
        let url = ask.url();
        if self.state().cut.contains(id) {
            return Err(GatewayError::Unreachable { url, reason: "no TLS handshake".to_owned() });
        }
        match tokio::time::timeout(within, self.ask(ask)).await {
            Ok(Ok(answer)) => Ok(Reached { status: answer.status, url }),
            Ok(Err(reason)) => Err(GatewayError::Unreachable { url, reason }),
            Err(_) => Err(GatewayError::Unreachable { url, reason: format!("no answer within {within:?}") }),
        }
    }

    async fn certificate(&self, host: &Hostname) -> CertificateState {
        let state = self.state();
        let known = state.table.as_ref().is_some_and(|table| edge::is_known(table, host.as_str()));
        let seen = known.then(|| CertificateSeen {
            issuer: "CN=the in-memory gateway".into(),
            not_before: OffsetDateTime::UNIX_EPOCH,
            not_after: OffsetDateTime::UNIX_EPOCH + time::Duration::days(365 * 200),
        });
        let seen = if state.away.is_some() { Observed::Unknown } else { seen.into() };
        CertificateState { source: CertificateSource::Internal, seen, fault: None }
    }

    fn root_certificate(&self) -> RootCertificate {
        RootCertificate::Public
    }
}

impl MemoryGateway {
    /// Asks as a client on this machine. The error is why the connection came to nothing.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, String> {
        let hop = edge::first_hop(self.state().table.as_ref(), &ask)?;
        let (target, hold, edge) = match hop {
            edge::Hop::Answer(answer) => return Ok(answer),
            edge::Hop::Route { target, hold, edge } => (target, hold, edge),
        };
        let RouteTarget::Upstream(address) = target else { return Ok(edge::maintenance(&ask)) };
        let deadline = tokio::time::Instant::now() + hold;
        loop {
            if let Some(name) = self.state().upstream(address) {
                return Ok(edge::proxied(&name, &ask, &edge));
            }
            if tokio::time::Instant::now() >= deadline {
                return Ok(edge::maintenance(&ask));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[cfg(test)]
mod tests;
