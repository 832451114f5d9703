//! What was last seen of the world. Kept in memory: after a start nothing is known until it was looked at.

mod answers;
mod look;
pub(crate) mod looks;
mod parts;
pub(crate) mod server_info;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::fleet::Part;
use model::state::{DatabaseSeen, ReachSeen, RouteSeen};
use model::{
    DatabaseName, DatabaseOid, DatabaseServerName, Hostname, Observation, Observed, Project, ProjectId,
};
use time::OffsetDateTime;

use crate::ports::postgres_host::PostgresInfo;
pub(crate) use parts::PartSaid;

/// Everything that was last seen.
#[derive(Default)]
pub(crate) struct Observations(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    projects: HashMap<ProjectId, Observation>,
    databases: Databases,
    /// What each server last said of itself.
    servers: BTreeMap<DatabaseServerName, ServerLook>,
    routes: Observed<BTreeMap<ProjectId, RouteSeen>>,
    /// Whose route is being changed, so that nobody knows it.
    rerouted: BTreeSet<ProjectId>,
    parts: Vec<Part>,
    /// Why the gateway, which answers, does not serve the table.
    unpublished: Option<String>,
    /// How many rows of projects were read last, and how many of them could not be understood.
    rows: Rows,
    /// Whether the gateway limits rates itself, once it said so.
    limits_rates: Option<bool>,
    /// Counts what the engine itself changed of databases and routes.
    changes: u64,
    /// When projects that failed are tried again.
    next_attempts: HashMap<ProjectId, OffsetDateTime>,
    /// Which instance of each project was last ready, by the time of its start, and since when it is silent.
    answers: HashMap<ProjectId, answers::Answers>,
    /// The count at which it made the database of a project, on which server.
    made: HashMap<ProjectId, (DatabaseServerName, u64)>,
    /// The count at which it changed the routes last.
    routed: u64,
}

/// The projects' databases on each server.
pub(crate) type Databases = BTreeMap<DatabaseServerName, Observed<BTreeMap<DatabaseName, DatabaseSeen>>>;

/// What a database server said of itself, and when.
#[derive(Clone)]
pub(crate) struct ServerLook {
    pub(crate) info: PostgresInfo,
    pub(crate) at: OffsetDateTime,
}

/// How many rows of projects there are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rows {
    /// Those that are projects.
    pub(crate) readable: usize,
    /// Those that are none, for a value that cannot be read.
    pub(crate) unreadable: usize,
}

/// The moment at which a look at all databases and routes began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look(u64);

impl Observations {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was last seen of a project.
    pub(crate) fn get(&self, id: &ProjectId) -> Option<Observation> {
        self.lock().projects.get(id).cloned()
    }

    /// What was seen of a project now. `true` when it differs in more than figures.
    pub(crate) fn put(&self, id: &ProjectId, seen: Observation) -> bool {
        let earlier = self.lock().projects.insert(id.clone(), seen.clone());
        earlier.is_none_or(|earlier| essence(earlier) != essence(seen))
    }

    /// The project is gone.
    pub(crate) fn forget(&self, id: &ProjectId) {
        let mut seen = self.lock();
        seen.projects.remove(id);
        seen.next_attempts.remove(id);
        seen.answers.remove(id);
    }

    /// When a failed project is tried again: after this pause; `None`: nothing is scheduled.
    pub(crate) fn set_next_attempt(&self, id: &ProjectId, pause: Option<Duration>) {
        let mut seen = self.lock();
        match pause {
            Some(pause) => _ = seen.next_attempts.insert(id.clone(), OffsetDateTime::now_utc() + pause),
            None => _ = seen.next_attempts.remove(id),
        }
    }

    /// When a failed project is tried again; `None` where nothing is scheduled.
    pub(crate) fn next_attempt(&self, id: &ProjectId) -> Option<OffsetDateTime> {
        self.lock().next_attempts.get(id).copied()
    }

    /// A request through the gateway succeeded for the project's names, served by the instance at this address; `None`: it
    /// did not.
    pub(crate) fn set_reached(&self, project: &Project, address: Option<&str>) {
        let reached = address.map(|address| ReachSeen {
            address: address.to_owned(),
            hosts: project.hosts().cloned().collect(),
        });
        self.update(&project.id, |seen| seen.reached = reached.into());
    }

    /// Changes what is known of one project, where something is.
    pub(crate) fn update(&self, id: &ProjectId, change: impl FnOnce(&mut Observation)) {
        if let Some(seen) = self.lock().projects.get_mut(id) {
            change(seen);
        }
    }

    /// How many rows of projects could be read, and how many could not.
    pub(crate) fn set_rows(&self, readable: usize, unreadable: usize) {
        self.lock().rows = Rows { readable, unreadable };
    }

    /// The rows of the last look at all projects.
    pub(crate) fn rows(&self) -> Rows {
        self.lock().rows
    }

    /// A look at all databases and routes begins.
    pub(crate) fn begin_look(&self) -> Look {
        Look(self.lock().changes)
    }

    /// What a look saw of one server's databases. Those that the engine made since the look began stay as it knows them.
    pub(crate) fn end_databases(
        &self,
        look: Look,
        server: &DatabaseServerName,
        databases: Observed<BTreeMap<DatabaseName, DatabaseSeen>>,
    ) {
        let mut seen = self.lock();
        let mut databases = databases;
        if let Observed::Present(all) = &mut databases {
            let newer = seen.made.iter().filter(|(_, (on, at))| on == server && *at > look.0);
            let known = seen.databases.get(server).and_then(Observed::present);
            for (id, _) in newer {
                let name = DatabaseName::main(id.clone());
                let made = known.and_then(|known| known.get(&name)).cloned().unwrap_or_default();
                all.insert(name, made);
            }
        }
        seen.made.retain(|_, (on, at)| on != server || *at > look.0);
        seen.databases.insert(server.clone(), databases);
    }

    /// What a look saw of the routes. Where the engine changed them since the look began, what it knows itself stays.
    pub(crate) fn end_routes(&self, look: Look, routes: Observed<BTreeMap<ProjectId, RouteSeen>>) {
        let mut seen = self.lock();
        if seen.routed <= look.0 {
            seen.routes = routes;
            seen.rerouted.clear();
        }
    }

    /// The project's database was made or found just now, with this limit; its figures follow at the next look at all.
    pub(crate) fn database_made(
        &self,
        id: &ProjectId,
        server: &DatabaseServerName,
        oid: DatabaseOid,
        limit: u32,
    ) {
        let mut seen = self.lock();
        seen.changes += 1;
        let at = seen.changes;
        seen.made.insert(id.clone(), (server.clone(), at));
        let made = if let Some(Observed::Present(all)) = seen.databases.get_mut(server) {
            let made = all.entry(DatabaseName::main(id.clone())).or_default();
            (made.oid, made.limit) = (Some(oid), Some(limit));
            made.clone()
        } else {
            DatabaseSeen { oid: Some(oid), limit: Some(limit), ..DatabaseSeen::default() }
        };
        if let Some(project) = seen.projects.get_mut(id) {
            project.database = Observed::Present(made);
        }
    }

    /// What a database server said of itself just now. `true` when what our role may not do there is another than before.
    pub(crate) fn set_server(&self, name: &DatabaseServerName, info: PostgresInfo) -> bool {
        let look = ServerLook { info, at: OffsetDateTime::now_utc() };
        let findings = look.info.findings.clone();
        let earlier = self.lock().servers.insert(name.clone(), look);
        earlier.map_or_else(|| !findings.is_empty(), |earlier| earlier.info.findings != findings)
    }

    /// What a database server last said of itself; `None` while it has not answered.
    pub(crate) fn server(&self, name: &DatabaseServerName) -> Option<ServerLook> {
        self.lock().servers.get(name).cloned()
    }

    /// The routes of these projects are about to be changed; those of the others stay as they were seen.
    pub(crate) fn begin_routes(&self, rerouted: BTreeSet<ProjectId>) {
        let mut seen = self.lock();
        seen.changes += 1;
        for id in &rerouted {
            if let Some(project) = seen.projects.get_mut(id) {
                project.reached = Observed::Unknown;
            }
        }
        seen.routed = seen.changes;
        seen.rerouted = rerouted;
    }

    /// All routes, as they are after a change.
    pub(crate) fn set_routes(&self, routes: Observed<BTreeMap<ProjectId, RouteSeen>>) {
        let mut seen = self.lock();
        seen.changes += 1;
        seen.routed = seen.changes;
        seen.routes = routes;
        seen.rerouted.clear();
    }

    /// The names of every route that was seen last; none where the gateway did not answer.
    pub(crate) fn routes(&self) -> BTreeMap<ProjectId, Vec<Hostname>> {
        let seen = self.lock();
        let routes = seen.routes.present().into_iter().flatten();
        routes.map(|(id, route)| (id.clone(), route.hosts.clone())).collect()
    }

    /// Of the server that the project's row names, and of no other.
    pub(crate) fn database(&self, id: &ProjectId, server: &str) -> Observed<DatabaseSeen> {
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

/// An observation without what changes at every look.
fn essence(mut seen: Observation) -> Observation {
    seen.at = OffsetDateTime::UNIX_EPOCH;
    if let Observed::Present(instance) = &mut seen.instance {
        instance.memory = None;
        instance.peak_memory = None;
    }
    if let Observed::Present(database) = &mut seen.database {
        *database = DatabaseSeen::default();
    }
    seen
}

#[cfg(test)]
mod tests;
