//! Bringing the route table to the gateway: many wishes, few applies.
//!
//! Every apply ends the waits that are under way at the gateway, so: an equal table is never applied; the first wish is
//! served at once and those that come within the pause after it share the next apply; and while a planned replace
//! holds requests, applies wait for its end, at most as long as a hold may last.
//!
//! A route that the gateway rejects is the problem of its project alone: that project keeps the route that it had, and
//! the others get theirs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use model::{Observed, Problem, ProjectId};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::ports::Failure as _;
use crate::ports::gateway::{Applied, GatewayError, Route, RouteTable};
use crate::{Inner, Result, routes};

/// The shortest time between two applies.
const PAUSE: Duration = Duration::from_millis(500);

/// Where wishes are brought to.
pub(crate) struct Publisher {
    wished: AtomicU64,
    wake: Notify,
    served: watch::Sender<Served>,
    holds: watch::Sender<usize>,
}

/// The last wish that was served, and how.
#[derive(Debug, Clone, Default)]
struct Served {
    wish: u64,
    problem: Option<Problem>,
    rejected: Rejected,
}

/// Whose routes the gateway did not take, and why.
type Rejected = BTreeMap<ProjectId, Problem>;

/// Keeps applies waiting while requests are held for one project. Ends when it is dropped.
pub(crate) struct Hold(Arc<Inner>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.publisher.holds.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Publisher {
    pub(crate) fn new() -> Self {
        Self {
            wished: AtomicU64::new(0),
            wake: Notify::new(),
            served: watch::Sender::new(Served::default()),
            holds: watch::Sender::new(0),
        }
    }

    /// Begins a hold: from now on applies wait for its end.
    pub(crate) fn hold(&self, inner: Arc<Inner>) -> Hold {
        self.holds.send_modify(|count| *count += 1);
        Hold(inner)
    }

    /// Brings the table, as the registry has it now or later, to the gateway; returns when it was read back there, with
    /// the route of this project in it.
    pub(crate) async fn publish(&self, id: &ProjectId) -> Result<()> {
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

/// Serves wishes until `stop`.
pub(crate) async fn run(inner: &Inner, stop: &CancellationToken) {
    let mut taken = BTreeMap::new();
    loop {
        tokio::select! {
            pause = serve(inner, &mut taken) => tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return,
            },
            () = stop.cancelled() => return,
        }
    }
}

/// Serves all wishes of the moment; the pause until the next. `taken`: the routes that the gateway took last.
async fn serve(inner: &Inner, taken: &mut BTreeMap<ProjectId, Route>) -> Duration {
    let publisher = &inner.publisher;
    publisher.wake.notified().await;
    wait_for_holds(publisher, inner.settings.hold).await;
    let wish = publisher.wished.load(Ordering::SeqCst);
    let mut rejected = Rejected::new();
    let outcome = apply(inner, taken, &mut rejected).await;
    let pause = if matches!(outcome, Ok(Applied::Changed)) { PAUSE } else { Duration::ZERO };
    let problem = outcome.err().map(|error| error.problem());
    publisher.served.send_replace(Served { wish, problem, rejected });
    pause
}

async fn wait_for_holds(publisher: &Publisher, longest: Duration) {
    let mut holds = publisher.holds.subscribe();
    let _ = tokio::time::timeout(longest, holds.wait_for(|count| *count == 0)).await;
}

async fn apply(
    inner: &Inner,
    taken: &mut BTreeMap<ProjectId, Route>,
    rejected: &mut Rejected,
) -> Result<Applied> {
    let (records, _) = inner.registry.projects().await?;
    let mut table = routes::table(&records, &inner.settings);
    inner.observations.set_routes(Observed::Unknown);
    let applied = loop {
        match inner.ports.gateway.apply(&table).await {
            Ok(applied) => break applied,
            Err(error) => {
                tracing::warn!(%error, transient = error.is_transient(), "applying the route table");
                set_aside(&error, &mut table, taken, rejected).ok_or(error)?;
            }
        }
    };
    inner.observations.set_routes(Observed::Present(inner.ports.gateway.read_back().await?));
    *taken = table.routes;
    Ok(applied)
}

/// Gives a project whose route was rejected the one that it had, or none when that is no better. `None` when the error
/// is not about one project.
fn set_aside(
    error: &GatewayError,
    table: &mut RouteTable,
    taken: &BTreeMap<ProjectId, Route>,
    rejected: &mut Rejected,
) -> Option<()> {
    let GatewayError::Rejected { project: Some(id), .. } = error else { return None };
    let refused = table.routes.remove(id)?;
    let first = rejected.insert(id.clone(), error.problem()).is_none();
    if let Some(route) = taken.get(id).filter(|route| first && **route != refused) {
        table.routes.insert(id.clone(), route.clone());
    }
    Some(())
}
