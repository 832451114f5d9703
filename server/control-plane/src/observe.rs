//! The last observations of projects, database servers, routes and parts. In memory only: after a start everything is
//! unknown until it is observed.

mod answers;
mod attempts;
pub(crate) mod part_tasks;
mod parts;
pub(crate) mod probe;
mod project;
pub(crate) mod server_info;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::fleet::Part;
use model::state::{DatabaseSeen, ReachSeen, RouteSeen};
use model::{
    DatabaseName, DatabaseOid, DatabaseServerName, Hostname, Observation, ObservationFacts, Observed,
    Project, ProjectId,
};
use time::OffsetDateTime;

use crate::ports::postgres_host::{DatabaseReport, PostgresInfo};
pub(crate) use attempts::AttemptReport;
pub(crate) use parts::PartReport;
pub(crate) use project::project;

/// The last observations.
#[derive(Default)]
pub(crate) struct Observations(Mutex<State>);

#[derive(Default)]
struct State {
    /// Shared, so that a reader of all projects holds the lock only for moments.
    projects: HashMap<ProjectId, Arc<Observation>>,
    databases: Databases,
    /// The last report of each database server.
    servers: BTreeMap<DatabaseServerName, ServerReport>,
    routes: Observed<BTreeMap<ProjectId, RouteSeen>>,
    /// Projects whose route is being changed, and so is unknown.
    rerouted: BTreeSet<ProjectId>,
    parts: Vec<Part>,
    /// Why the gateway, although it answers, does not serve the route table.
    unpublished: Option<String>,
    /// The number of projects' rows at the last read.
    rows: RowCounts,
    /// Whether the gateway enforces rate limits; `None` before it has reported.
    limits_rates: Option<bool>,
    /// Counts the engine's own changes of databases and routes.
    changes: u64,
    /// The reconciler's attempts on each project that needs work.
    attempts: HashMap<ProjectId, AttemptReport>,
    /// The instance of each project that was ready last, by its start time, and since when it does not answer.
    answers: HashMap<ProjectId, answers::Answers>,
    /// For each project whose database the engine has ensured: the server, and `changes` at that time.
    ensured: HashMap<ProjectId, (DatabaseServerName, u64)>,
    /// `changes` when the engine last changed routes.
    routed: u64,
}

/// The projects' databases on each server.
pub(crate) type Databases = BTreeMap<DatabaseServerName, Observed<BTreeMap<DatabaseName, DatabaseReport>>>;

/// The last report of a database server.
#[derive(Clone)]
pub(crate) struct ServerReport {
    pub(crate) info: PostgresInfo,
    pub(crate) at: OffsetDateTime,
}

/// The number of projects' rows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RowCounts {
    /// Rows that are projects.
    pub(crate) readable: usize,
    /// Rows with a value that cannot be read.
    pub(crate) unreadable: usize,
}

/// The start of a read of all databases or routes. What the engine has changed since then is newer than the read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadStart(u64);

impl Observations {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last observation of a project, and the reconciler's attempts on it.
    pub(crate) fn get(&self, id: &ProjectId) -> (Option<Arc<Observation>>, AttemptReport) {
        let seen = self.lock();
        (seen.projects.get(id).cloned(), seen.attempts.get(id).copied().unwrap_or_default())
    }

    /// The facts of a project's last observation.
    pub(crate) fn facts(&self, id: &ProjectId) -> Option<ObservationFacts> {
        self.lock().projects.get(id).map(|seen| seen.facts.clone())
    }

    /// Stores the observation of a project. Returns `true` if its facts differ from those of the last one.
    pub(crate) fn put(&self, id: &ProjectId, observation: Observation) -> bool {
        let facts = observation.facts.clone();
        let earlier = self.lock().projects.insert(id.clone(), Arc::new(observation));
        earlier.is_none_or(|earlier| earlier.facts != facts)
    }

    /// Removes a project.
    pub(crate) fn forget(&self, id: &ProjectId) {
        let mut seen = self.lock();
        seen.projects.remove(id);
        seen.attempts.remove(id);
        seen.answers.remove(id);
    }

    /// Stores the result of a request through the gateway: the address of the instance that served it, or `None` if it
    /// failed.
    pub(crate) fn set_reached(&self, project: &Project, address: Option<&str>) {
        let reached = address.map(|address| ReachSeen {
            address: address.to_owned(),
            hosts: project.hosts().cloned().collect(),
        });
        self.update(&project.id, |seen| seen.facts.reached = reached.into());
    }

    /// Changes the observation of one project, if there is one.
    pub(crate) fn update(&self, id: &ProjectId, change: impl FnOnce(&mut Observation)) {
        if let Some(seen) = self.lock().projects.get_mut(id) {
            change(Arc::make_mut(seen));
        }
    }

    /// Stores the number of projects' rows that could be read, and of those that could not.
    pub(crate) fn set_rows(&self, readable: usize, unreadable: usize) {
        self.lock().rows = RowCounts { readable, unreadable };
    }

    /// The number of rows at the last observation of all projects.
    pub(crate) fn rows(&self) -> RowCounts {
        self.lock().rows
    }

    /// Begins a read of all databases or routes.
    pub(crate) fn begin_read(&self) -> ReadStart {
        ReadStart(self.lock().changes)
    }

    /// Stores the databases of one server. Those that the engine has ensured since the read began stay as the engine knows
    /// them.
    pub(crate) fn end_databases(
        &self,
        start: ReadStart,
        server: &DatabaseServerName,
        databases: Observed<BTreeMap<DatabaseName, DatabaseReport>>,
    ) {
        let mut seen = self.lock();
        let mut databases = databases;
        if let Observed::Present(all) = &mut databases {
            let newer = seen.ensured.iter().filter(|(_, (on, at))| on == server && *at > start.0);
            let known = seen.databases.get(server).and_then(Observed::present);
            for (id, _) in newer {
                let name = DatabaseName::main(id.clone());
                let ensured = known.and_then(|known| known.get(&name)).copied().unwrap_or_default();
                all.insert(name, ensured);
            }
        }
        seen.ensured.retain(|_, (on, at)| on != server || *at > start.0);
        seen.databases.insert(server.clone(), databases);
    }

    /// Stores the routes, unless the engine has changed routes since the read began.
    pub(crate) fn end_routes(&self, start: ReadStart, routes: Observed<BTreeMap<ProjectId, RouteSeen>>) {
        let mut seen = self.lock();
        if seen.routed <= start.0 {
            seen.routes = routes;
            seen.rerouted.clear();
        }
    }

    /// Stores that the project's database was just created or found, with this connection limit. Its figures follow with the
    /// next read of all databases.
    pub(crate) fn database_ensured(
        &self,
        id: &ProjectId,
        server: &DatabaseServerName,
        oid: DatabaseOid,
        limit: u32,
    ) {
        let mut seen = self.lock();
        seen.changes += 1;
        let at = seen.changes;
        seen.ensured.insert(id.clone(), (server.clone(), at));
        let facts = DatabaseSeen { oid: Some(oid), limit: Some(limit) };
        if let Some(Observed::Present(all)) = seen.databases.get_mut(server) {
            all.entry(DatabaseName::main(id.clone())).or_default().facts = facts;
        }
        if let Some(project) = seen.projects.get_mut(id).map(Arc::make_mut) {
            project.facts.database = Observed::Present(facts);
        }
    }

    /// Stores that another database has taken the place of the project's: with its limit, and figures that follow with the next
    /// read of all databases.
    pub(crate) fn database_exchanged(&self, id: &ProjectId, server: &DatabaseServerName, oid: DatabaseOid) {
        let limit = self.database(id, server.as_str()).present().and_then(|report| report.facts.limit);
        self.database_ensured(id, server, oid, limit.unwrap_or(u32::MAX));
    }

    /// Stores the report of a database server. Returns `true` if the missing grants of our role differ from the last report.
    pub(crate) fn set_server(&self, name: &DatabaseServerName, info: PostgresInfo) -> bool {
        let report = ServerReport { info, at: OffsetDateTime::now_utc() };
        let missing_grants = report.info.missing_grants.clone();
        let earlier = self.lock().servers.insert(name.clone(), report);
        earlier.map_or_else(
            || !missing_grants.is_empty(),
            |earlier| earlier.info.missing_grants != missing_grants,
        )
    }

    /// The last report of a database server; `None` before its first answer.
    pub(crate) fn server(&self, name: &DatabaseServerName) -> Option<ServerReport> {
        self.lock().servers.get(name).cloned()
    }

    /// Sets the routes of these projects to unknown, because the engine is about to change them.
    pub(crate) fn begin_routes(&self, rerouted: BTreeSet<ProjectId>) {
        let mut seen = self.lock();
        seen.changes += 1;
        for id in &rerouted {
            if let Some(project) = seen.projects.get_mut(id).map(Arc::make_mut) {
                project.facts.reached = Observed::Unknown;
            }
        }
        seen.routed = seen.changes;
        seen.rerouted = rerouted;
    }

    /// Stores all routes after a change by the engine.
    pub(crate) fn set_routes(&self, routes: Observed<BTreeMap<ProjectId, RouteSeen>>) {
        let mut seen = self.lock();
        seen.changes += 1;
        seen.routed = seen.changes;
        seen.routes = routes;
        seen.rerouted.clear();
    }

    /// The hostnames of every route at the last read; empty if the gateway did not answer.
    pub(crate) fn routes(&self) -> BTreeMap<ProjectId, Vec<Hostname>> {
        let seen = self.lock();
        let routes = seen.routes.present().into_iter().flatten();
        routes.map(|(id, route)| (id.clone(), route.hosts.clone())).collect()
    }

    /// The project's database on this server.
    pub(crate) fn database(&self, id: &ProjectId, server: &str) -> Observed<DatabaseReport> {
        let seen = self.lock();
        let all = seen.databases.iter().find(|(name, _)| name.as_str() == server);
        all.map_or(Observed::Unknown, |(_, all)| of(all, &DatabaseName::main(id.clone())))
    }

    fn route(&self, id: &ProjectId) -> Observed<RouteSeen> {
        let seen = self.lock();
        if seen.rerouted.contains(id) { Observed::Unknown } else { of(&seen.routes, id) }
    }
}

fn of<K: Ord, T: Clone>(all: &Observed<BTreeMap<K, T>>, id: &K) -> Observed<T> {
    match all {
        Observed::Present(all) => all.get(id).cloned().into(),
        Observed::Absent => Observed::Absent,
        Observed::Unknown => Observed::Unknown,
    }
}

#[cfg(test)]
mod tests;
