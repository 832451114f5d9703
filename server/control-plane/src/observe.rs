//! What was last seen of the world. Kept in memory: after a start nothing is known until it was looked at.

mod parts;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::fleet::Part;
use model::state::{DatabaseSeen, RouteSeen};
use model::{
    DatabaseName, DatabaseOid, Hint, InstanceKey, InstanceSeen, Observation, Observed, ProjectId, ServerName,
    ServerSeen,
};
use time::OffsetDateTime;

use crate::Inner;
use crate::ports::driver::Change;
use crate::ports::postgres_host::PostgresInfo;
use crate::registry::ProjectRecord;
pub(crate) use parts::PartSaid;

/// How long an instance may take to answer a probe.
pub(crate) const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Everything that was last seen.
#[derive(Default)]
pub(crate) struct Observations(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    projects: HashMap<ProjectId, Observation>,
    databases: Databases,
    /// What each server last said of itself.
    servers: BTreeMap<ServerName, ServerLook>,
    routes: Observed<BTreeMap<ProjectId, RouteSeen>>,
    /// Whose route is being changed, so that nobody knows it.
    rerouted: BTreeSet<ProjectId>,
    parts: Vec<Part>,
    /// Why the gateway, which answers, does not serve the table.
    unpublished: Option<String>,
    /// Whether the gateway limits rates itself, once it said so.
    limits_rates: Option<bool>,
    /// Counts what the engine itself changed of databases and routes.
    changes: u64,
}

/// The projects' databases on each server.
pub(crate) type Databases = BTreeMap<ServerName, Observed<BTreeMap<DatabaseName, DatabaseSeen>>>;

/// What a database server said of itself, and when.
#[derive(Clone)]
pub(crate) struct ServerLook {
    pub(crate) info: PostgresInfo,
    pub(crate) at: OffsetDateTime,
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
        self.lock().projects.remove(id);
    }

    /// Changes what is known of one project, where something is.
    pub(crate) fn update(&self, id: &ProjectId, change: impl FnOnce(&mut Observation)) {
        if let Some(seen) = self.lock().projects.get_mut(id) {
            change(seen);
        }
    }

    /// A look at all databases and routes begins.
    pub(crate) fn begin_look(&self) -> Look {
        Look(self.lock().changes)
    }

    /// What the look saw. When the engine changed something meanwhile, what it knows itself is newer and stays.
    pub(crate) fn end_look(
        &self,
        look: Look,
        databases: Databases,
        routes: Observed<BTreeMap<ProjectId, RouteSeen>>,
    ) {
        let mut seen = self.lock();
        if seen.changes == look.0 {
            seen.databases = databases;
            seen.routes = routes;
            seen.rerouted.clear();
        }
    }

    /// The project's database was made or found just now, with this limit; its figures follow at the next look at all.
    pub(crate) fn database_made(&self, id: &ProjectId, server: &ServerName, oid: DatabaseOid, limit: u32) {
        let mut seen = self.lock();
        seen.changes += 1;
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
    pub(crate) fn set_server(&self, name: &ServerName, info: PostgresInfo) -> bool {
        let look = ServerLook { info, at: OffsetDateTime::now_utc() };
        let findings = look.info.findings.clone();
        let earlier = self.lock().servers.insert(name.clone(), look);
        earlier.map_or_else(|| !findings.is_empty(), |earlier| earlier.info.findings != findings)
    }

    /// What a database server last said of itself; `None` while it has not answered.
    pub(crate) fn server(&self, name: &ServerName) -> Option<ServerLook> {
        self.lock().servers.get(name).cloned()
    }

    /// The routes of these projects are about to be changed; those of the others stay as they were seen.
    pub(crate) fn begin_routes(&self, rerouted: BTreeSet<ProjectId>) {
        let mut seen = self.lock();
        seen.changes += 1;
        seen.rerouted = rerouted;
    }

    /// All routes, as they are after a change.
    pub(crate) fn set_routes(&self, routes: Observed<BTreeMap<ProjectId, RouteSeen>>) {
        let mut seen = self.lock();
        seen.changes += 1;
        seen.routes = routes;
        seen.rerouted.clear();
    }

    /// Of the server that the project's row names, and of no other.
    fn database(&self, id: &ProjectId, server: &str) -> Observed<DatabaseSeen> {
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

impl Inner {
    /// Looks at one project now: its process, its answer, its file; database and route as of the last look at all.
    pub(crate) async fn look(&self, record: &ProjectRecord) -> Observation {
        let id = &record.project.id;
        let key = InstanceKey::main(id.clone());
        let instance = match self.ports.driver.inspect(&key).await {
            Ok(seen) => seen.into(),
            Err(error) => {
                tracing::warn!(project.id = %id, %error, "looking at an instance");
                Observed::Unknown
            }
        };
        let written = record.schema_key();
        let (ready, schema, replace_for_limits) = tokio::join!(
            self.probe(id, &instance),
            self.ports.volumes.schema(&key, &written, &record.project.schema_ref),
            self.replaced_for_limits(record, &instance)
        );
        let seen = Observation {
            at: OffsetDateTime::now_utc(),
            ready,
            schema,
            database: self.observations.database(id, &record.project.database_server),
            route: self.observations.route(id),
            replace_for_limits,
            instance,
        };
        if self.observations.put(id, seen.clone()) {
            self.live.send(Hint::Project { project_id: id.clone() });
        }
        seen
    }

    /// Why the running instance has to be replaced to be held to the limits of its project; `None` where it has not, or where
    /// the driver does not know.
    async fn replaced_for_limits(
        &self,
        record: &ProjectRecord,
        instance: &Observed<InstanceSeen>,
    ) -> Option<String> {
        let (key, wanted) = (InstanceKey::main(record.project.id.clone()), &record.project.limits.instance);
        let instance = instance.present().filter(|instance| instance.is_running())?;
        if instance.limits? == *wanted {
            return None;
        }
        match self.ports.driver.preview(&key, wanted).await {
            Ok(Change::Replace { reason }) => Some(reason),
            Ok(Change::None | Change::InPlace) => None,
            Err(error) => {
                tracing::warn!(project.id = %key.project, %error, "looking at what a change of limits takes");
                None
            }
        }
    }

    /// Whether the instance answers; what it said of itself is asked once per process.
    async fn probe(&self, id: &ProjectId, instance: &Observed<InstanceSeen>) -> Observed<ServerSeen> {
        let instance = match instance {
            Observed::Present(instance) if instance.is_running() => instance,
            Observed::Unknown => return Observed::Unknown,
            _ => return Observed::Absent,
        };
        if !self.prober.is_ready(&instance.address).await {
            return Observed::Absent;
        }
        let known = self.observations.get(id).and_then(|seen| {
            let same =
                seen.instance.present().is_some_and(|earlier| earlier.started_at == instance.started_at);
            seen.ready.present().filter(|_| same).cloned()
        });
        match known {
            Some(server) => Observed::Present(server),
            None => self.prober.describe(&instance.address).await.map_or(Observed::Absent, Observed::Present),
        }
    }
}

#[cfg(test)]
mod tests;
