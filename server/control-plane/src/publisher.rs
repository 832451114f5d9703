//! Bringing the route table to the gateway: many wishes, few applies.
//!
//! Every apply ends the waits that are under way at the gateway, so: an equal table is never applied; the first wish is
//! served at once and those that come within the pause after it share the next apply; and while requests are held for
//! an instance that is about to listen, applies wait for its end, at most as long as a hold may last.
//!
//! A route that the gateway rejects is the problem of its project alone, also while it stays rejected (`refusals.rs`), and
//! so is a row that cannot be read: that project keeps the route that it had, and the others get theirs. A table that is refused as a whole, or cannot be
//! brought, is the gateway's fault and shown as its state until one is served.
//!
//! The table is more than the projects' routes (who may choose by header, the dashboard's own name, what is blocked), so
//! it is wished for once at the start and every 5 s: what is equal costs the gateway one question.

mod refusals;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::fleet::PartKind;
use model::{Hint, Hostname, Observed, Problem, ProjectId};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::ports::Failure as _;
use crate::ports::gateway::{Applied, Route, RouteSeen, RouteTable, Target};
use crate::registry::RegistryError;
use crate::snapshot::Rows;
use crate::tasks::Plan;
use crate::{Error, Inner, Result, routes, snapshot};
use refusals::{Refusals, Rejected};

/// The shortest time between two applies.
const PAUSE: Duration = Duration::from_millis(500);

/// How often the table is compared with what the gateway serves when nothing asks for it.
const COMPARE: Duration = Duration::from_secs(5);

/// How long bringing a table may take by the gateway's own limits: it is read, posted, and read back.
const APPLY: Duration = Duration::from_secs(120);

/// Where wishes are brought to.
pub(crate) struct Publisher {
    wished: AtomicU64,
    /// Projects that wish for their own route: also one that was refused before is tried for them.
    insisting: Mutex<BTreeSet<ProjectId>>,
    wake: Notify,
    served: watch::Sender<Served>,
    holds: watch::Sender<Holds>,
}

/// When each hold is over at the latest.
#[derive(Debug, Default)]
struct Holds {
    last: u64,
    until: BTreeMap<u64, Instant>,
}

/// The last wish that was served, and how.
#[derive(Debug, Clone, Default)]
struct Served {
    wish: u64,
    problem: Option<Problem>,
    rejected: Rejected,
}

/// Keeps applies waiting while requests are held for one project, at most as long as a request waits. Ends when it is
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

/// Begins a hold: from now on applies wait for its end.
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
            wished: AtomicU64::new(0),
            insisting: Mutex::default(),
            wake: Notify::new(),
            served: watch::Sender::new(Served::default()),
            holds: watch::Sender::default(),
        }
    }

    fn lock_insisting(&self) -> std::sync::MutexGuard<'_, BTreeSet<ProjectId>> {
        self.insisting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the table compared with what the gateway serves, some time soon; nobody waits for it.
    pub(crate) fn compare(&self) {
        self.wake.notify_one();
    }

    /// Brings the table, as the registry has it now or later, to the gateway; returns when it was read back there, with
    /// the route of this project in it.
    pub(crate) async fn publish(&self, id: &ProjectId) -> Result<()> {
        self.lock_insisting().insert(id.clone());
        let wish = self.wished.fetch_add(1, Ordering::SeqCst) + 1;
        self.wake.notify_one();
        let mut served = self.served.subscribe();
        let outcome = served.wait_for(|served| served.wish >= wish).await;
        match outcome.map(|served| served.problem.as_ref().or_else(|| served.rejected.get(id)).cloned()) {
            Ok(None) => Ok(()),
            Ok(Some(problem)) => Err(problem.into()),
            Err(_) => Err(Problem::unavailable("gateway", "The control plane is stopping.").into()),
        }
    }
}

/// What was learnt from former applies.
#[derive(Default)]
struct Memory {
    /// The routes that the gateway took last; `None` until it was asked.
    taken: Option<BTreeMap<ProjectId, Route>>,
    refusals: Refusals,
}

/// Serves wishes until `stop`.
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

/// Serves all wishes of the moment; the pause until the next.
async fn serve(inner: &Inner, memory: &mut Memory) -> Duration {
    let publisher = &inner.publisher;
    let _ = tokio::time::timeout(COMPARE.min(inner.settings.sweep), publisher.wake.notified()).await;
    wait_for_holds(publisher, inner.settings.hold).await;
    let wish = publisher.wished.load(Ordering::SeqCst);
    let mut rejected = Rejected::new();
    let task = Plan::new("routes", COMPARE.min(inner.settings.sweep), APPLY);
    inner.tasks.begin(&task);
    let outcome = match rows(inner, wish).await {
        Ok(rows) => apply(inner, &rows, memory, &mut rejected).await,
        Err(error) => Err(error),
    };
    inner.tasks.end(&task, outcome.as_ref().map(drop).map_err(|error| crate::chain(error)));
    let pause = if matches!(outcome, Ok(Applied::Changed)) { PAUSE } else { Duration::ZERO };
    let problem = outcome.err().map(|error| error.problem());
    tell(inner, problem.as_ref());
    publisher.served.send_replace(Served { wish, problem, rejected });
    pause
}

/// Shows the gateway's own fault as its state. A registry that cannot be read says nothing of the gateway.
fn tell(inner: &Inner, problem: Option<&Problem>) {
    let is_ours = |problem: &&Problem| problem.part.as_deref() == Some(PartKind::Gateway.as_str());
    let fault = problem.filter(is_ours).map(|problem| problem.detail.clone());
    if (fault.is_some() || problem.is_none()) && inner.observations.set_published(fault) {
        inner.live.send(Hint::Parts);
    }
}

/// Returns when no hold is left, or none of those that are can matter to anybody any more; after `longest` in any case.
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

/// The rows that the table is made of. A wish is served by what the registry has now; a comparison by the rows in memory.
async fn rows(inner: &Inner, wish: u64) -> Result<Arc<Rows>> {
    let served = inner.publisher.served.borrow().wish;
    if wish == served { snapshot::rows(inner).await } else { snapshot::rows_now(&inner.registry).await }
}

async fn apply(inner: &Inner, rows: &Rows, memory: &mut Memory, rejected: &mut Rejected) -> Result<Applied> {
    let gateway = &inner.ports.gateway;
    let edge = inner.registry.fleet_edge().await.map_err(unreadable_edge)?;
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

/// A policy that nobody understands is not taken for none: what is served stays until it is corrected.
fn unreadable_edge(error: RegistryError) -> Error {
    let RegistryError::Row { reason, .. } = &error else { return error.into() };
    let detail = format!(
        "The edge policy of the fleet cannot be read from the registry: {reason}. The routes that are served stay as \
         they are. Save the policy again, or correct the column edge of the table fleet."
    );
    Problem { part: Some(PartKind::Gateway.to_string()), detail, ..error.problem() }.into()
}

/// Whose route is another one in the second table.
fn rerouted(known: &BTreeMap<ProjectId, Route>, wanted: &BTreeMap<ProjectId, Route>) -> BTreeSet<ProjectId> {
    let ids = known.keys().chain(wanted.keys());
    ids.filter(|id| known.get(*id) != wanted.get(*id)).cloned().collect()
}

/// The routes that an earlier control plane left at the gateway.
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
        target: upstream.map_or(Target::Maintenance, Target::Upstream),
        hold,
        edge: seen.edge.unwrap_or_default(),
    }
}

/// Keeps routes that the registry does not decide on: of rows that cannot be read, and of projects without a row, which a
/// registry that was restored from a backup does not know. Those end when an operator removes the orphan. Names that another
/// project has now are taken out.
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
