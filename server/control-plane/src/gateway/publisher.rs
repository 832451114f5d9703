//! Publishes the route table to the gateway: many publish requests, few applies.
//!
//! Every apply ends the requests that the gateway holds. So a table that is equal to the served one is never applied; the
//! first publish request is served at once, and those within the pause after it share the next apply; and while requests are
//! held for an instance that is about to listen, applies wait for the end of the hold, at most for its maximum duration.
//!
//! A route that the gateway rejects is a problem of its project only, for as long as it is rejected (`refusals.rs`). So is a
//! row that cannot be read: its project keeps its present route. A table that is refused as a whole, or cannot be applied, is
//! a fault of the gateway and shown as its state until a table is served.
//!
//! The table has more than the projects' routes (routing by header, the hostname of the dashboard, the fleet's edge policy).
//! So it is compared once at the start and every 5 s; an equal table costs the gateway one query.

mod refusals;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::fleet::PartKind;
use model::{Hint, Hostname, Observed, Problem, ProjectId};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::routes;
use crate::ports::Failure as _;
use crate::ports::gateway::{Applied, Route, RouteSeen, RouteTable, RouteTarget};
use crate::registry::RegistryError;
use crate::snapshot::Rows;
use crate::tasks::{Schedule, Unfinished};
use crate::{Error, Inner, Result, snapshot};
use refusals::{Refusals, Rejections};

/// Minimum time between two applies.
const PAUSE: Duration = Duration::from_millis(500);

/// Interval of the comparison with the table that the gateway serves.
const COMPARE: Duration = Duration::from_secs(5);

/// Maximum duration of a publication by the gateway's own limits: the table is read, posted, and read back.
const APPLY: Duration = Duration::from_secs(120);

/// Accepts publish requests.
pub(crate) struct Publisher {
    requested: AtomicU64,
    /// Projects that have requested their route: a route that was refused before is tried again for them.
    insisting: Mutex<BTreeSet<ProjectId>>,
    wake: Notify,
    served: watch::Sender<Publication>,
    holds: watch::Sender<Holds>,
}

/// When each hold ends at the latest.
#[derive(Debug, Default)]
struct Holds {
    last: u64,
    until: BTreeMap<u64, Instant>,
}

/// The last publish request that was served, and its result.
#[derive(Debug, Clone, Default)]
struct Publication {
    request: u64,
    problem: Option<Problem>,
    rejected: Rejections,
}

/// Delays applies while the gateway holds requests for one project, at most as long as it holds a request. Ends when it is
/// dropped.
pub(crate) struct Hold {
    inner: Arc<Inner>,
    number: u64,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.inner.publisher.holds.send_modify(|holds| {
            holds.until.remove(&self.number);
        });
    }
}

/// Begins a hold: applies wait for its end from now on.
pub(crate) fn hold(inner: &Arc<Inner>) -> Hold {
    let mut number = 0;
    inner.publisher.holds.send_modify(|holds| {
        holds.last += 1;
        number = holds.last;
        holds.until.insert(number, Instant::now() + inner.settings.hold);
    });
    Hold { inner: Arc::clone(inner), number }
}

impl Publisher {
    pub(crate) fn new() -> Self {
        Self {
            requested: AtomicU64::new(0),
            insisting: Mutex::default(),
            wake: Notify::new(),
            served: watch::Sender::new(Publication::default()),
            holds: watch::Sender::default(),
        }
    }

    fn lock_insisting(&self) -> std::sync::MutexGuard<'_, BTreeSet<ProjectId>> {
        self.insisting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Requests a comparison with the table that the gateway serves, and does not wait for it.
    pub(crate) fn compare(&self) {
        self.wake.notify_one();
    }

    /// Publishes the table of the registry as of now or later. Returns when it was read back from the gateway with the route of
    /// this project; an error if this route or the whole table was refused.
    pub(crate) async fn publish(&self, id: &ProjectId) -> Result<()> {
        self.lock_insisting().insert(id.clone());
        let request = self.requested.fetch_add(1, Ordering::SeqCst) + 1;
        self.wake.notify_one();
        let mut served = self.served.subscribe();
        let outcome = served.wait_for(|served| served.request >= request).await;
        match outcome.map(|served| served.problem.as_ref().or_else(|| served.rejected.get(id)).cloned()) {
            Ok(None) => Ok(()),
            Ok(Some(problem)) => Err(problem.into()),
            Err(_) => Err(Problem::unavailable("gateway", "The control plane is stopping.").into()),
        }
    }
}

/// The results of former applies.
#[derive(Default)]
struct Memory {
    /// The routes that the gateway accepted last; `None` before they were read.
    taken: Option<BTreeMap<ProjectId, Route>>,
    refusals: Refusals,
}

/// Serves publish requests until `stop`.
pub(crate) async fn run(inner: &Inner, stop: &CancellationToken) {
    let mut memory = Memory::default();
    inner.publisher.compare();
    loop {
        tokio::select! {
            pause = serve(inner, &mut memory) => tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return,
            },
            () = stop.cancelled() => return,
        }
    }
}

/// Serves all pending publish requests. Returns the pause until the next.
async fn serve(inner: &Inner, memory: &mut Memory) -> Duration {
    let publisher = &inner.publisher;
    let _ = tokio::time::timeout(COMPARE.min(inner.settings.sweep), publisher.wake.notified()).await;
    wait_for_holds(publisher, inner.settings.hold).await;
    let request = publisher.requested.load(Ordering::SeqCst);
    let mut rejected = Rejections::new();
    let schedule = Schedule::new("routes", COMPARE.min(inner.settings.sweep), APPLY);
    let applying = async { apply(inner, &*rows(inner, request).await?, memory, &mut rejected).await };
    let outcome = match inner.tasks.once(&schedule, applying).await {
        Ok(outcome) => outcome,
        Err(Unfinished(reason)) => {
            *memory = Memory::default(); // what the gateway serves is not known any more
            let detail = format!("Publishing the routes: {reason}.");
            Err(Problem::unavailable(PartKind::Gateway.as_str(), detail).into())
        }
    };
    let pause = if matches!(outcome, Ok(Applied::Changed)) { PAUSE } else { Duration::ZERO };
    let problem = outcome.err().map(|error| error.problem());
    tell(inner, problem.as_ref());
    publisher.served.send_replace(Publication { request, problem, rejected });
    pause
}

/// Stores a fault of the gateway as its state. A registry that cannot be read does not change the state.
fn tell(inner: &Inner, problem: Option<&Problem>) {
    let is_ours = |problem: &&Problem| problem.part.as_deref() == Some(PartKind::Gateway.as_str());
    let fault = problem.filter(is_ours).map(|problem| problem.detail.clone());
    if (fault.is_some() || problem.is_none()) && inner.observations.set_published(fault) {
        inner.live.send(Hint::Parts);
    }
}

/// Waits until no hold is active or all have expired, at most `longest`.
async fn wait_for_holds(publisher: &Publisher, longest: Duration) {
    let mut holds = publisher.holds.subscribe();
    let end = Instant::now() + longest;
    loop {
        let latest = holds.borrow_and_update().until.values().max().copied();
        let Some(until) = latest.map(|latest| latest.min(end)).filter(|until| *until > Instant::now()) else {
            return;
        };
        let _ = tokio::time::timeout_at(until.into(), holds.changed()).await;
    }
}

/// The rows of the table: read from the registry for a publish request, those in memory for a comparison.
async fn rows(inner: &Inner, request: u64) -> Result<Arc<Rows>> {
    let served = inner.publisher.served.borrow().request;
    if request == served { snapshot::rows(inner).await } else { snapshot::rows_now(&inner.registry).await }
}

async fn apply(
    inner: &Inner,
    rows: &Rows,
    memory: &mut Memory,
    rejected: &mut Rejections,
) -> Result<Applied> {
    let gateway = &inner.ports.gateway;
    let edge = inner.registry.fleet_policy().await.map_err(unreadable_edge)?.edge;
    let Memory { taken, refusals } = memory;
    let known = match taken {
        Some(known) => known,
        None => taken.insert(served_now(inner).await?),
    };
    let mut table = routes::table(rows.projects(), &edge, &inner.settings);
    keep_routes(&mut table, rows, known, inner);
    let insisting = std::mem::take(&mut *inner.publisher.lock_insisting());
    *rejected = refusals.set_aside(&mut table, known, &insisting);
    let rerouted = rerouted(known, &table.routes);
    if !rerouted.is_empty() {
        inner.observations.begin_routes(rerouted);
    }
    let served = loop {
        match gateway.apply(&table).await {
            Ok(served) => break served,
            Err(error) => {
                tracing::warn!(%error, transient = error.is_transient(), "applying the route table");
                refusals.note(&error, &mut table, known, rejected).ok_or(error)?;
            }
        }
    };
    inner.observations.set_routes(Observed::Present(served.routes));
    *known = table.routes;
    Ok(served.applied)
}

/// An edge policy that cannot be read is not treated as none: the served table stays until the policy is corrected.
fn unreadable_edge(error: RegistryError) -> Error {
    let RegistryError::Row { reason, .. } = &error else { return error.into() };
    let detail = format!(
        "The edge policy of the fleet cannot be read from the registry: {reason}. The routes that are served stay as \
         they are. Save the policy again, or correct the column edge of the table fleet."
    );
    Problem { part: Some(PartKind::Gateway.to_string()), detail, ..error.problem() }.into()
}

/// Projects whose routes differ between the tables.
fn rerouted(known: &BTreeMap<ProjectId, Route>, wanted: &BTreeMap<ProjectId, Route>) -> BTreeSet<ProjectId> {
    let ids = known.keys().chain(wanted.keys());
    ids.filter(|id| known.get(*id) != wanted.get(*id)).cloned().collect()
}

/// The routes that the gateway serves now, from an earlier control plane.
async fn served_now(inner: &Inner) -> Result<BTreeMap<ProjectId, Route>> {
    let seen = inner.ports.gateway.read_back().await?;
    Ok(seen.into_iter().map(|(id, seen)| (id, route_of(seen, inner.settings.hold))).collect())
}

fn route_of(seen: RouteSeen, hold: Duration) -> Route {
    let mut hosts = seen.hosts.into_iter();
    let upstream = seen.upstream.and_then(|upstream| upstream.parse().ok());
    Route {
        hostname: hosts.next(),
        aliases: hosts.collect(),
        target: upstream.map_or(RouteTarget::Maintenance, RouteTarget::Upstream),
        hold,
        edge: seen.edge.unwrap_or_default(),
    }
}

/// Keeps routes of rows that cannot be read, and of projects without a row, which a registry restored from a backup may lack.
/// The latter end when an operator removes the orphan. Hostnames that another project has now are removed from them.
fn keep_routes(table: &mut RouteTable, rows: &Rows, known: &BTreeMap<ProjectId, Route>, inner: &Inner) {
    for (id, route) in known.iter().filter(|(id, _)| !rows.records.contains_key(*id)) {
        if !rows.unreadable.contains_key(id.as_str()) && inner.orphans.is_removed(id) {
            continue;
        }
        let mut route = route.clone();
        let is_free = |name: &Hostname| {
            table
                .routes
                .values()
                .all(|other| other.hostname.as_ref() != Some(name) && !other.aliases.contains(name))
        };
        route.hostname = route.hostname.filter(is_free);
        route.aliases.retain(is_free);
        table.routes.insert(id.clone(), route);
    }
}
