//! Routes that the gateway refused, by value: none of them is posted again before it is another route, its project asks
//! for it again, or some minutes have passed. A refused route is the problem of its project alone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use model::{Problem, ProjectId};

use crate::ports::Failure as _;
use crate::ports::gateway::{GatewayError, Route, RouteTable};

/// After so long a refused route is tried again: what stood in its way may be gone.
const AGAIN: Duration = Duration::from_secs(300);

/// Why the gateway did not take the routes of these projects.
pub(super) type Rejections = BTreeMap<ProjectId, Problem>;

/// The memory of refused routes.
#[derive(Default)]
pub(super) struct Refusals(BTreeMap<ProjectId, Refusal>);

struct Refusal {
    route: Route,
    problem: Problem,
    at: Instant,
}

impl Refusals {
    /// Takes the routes out of a table that were refused before, and puts those in their place that were served last.
    /// Returns whose they are. Routes of `insisting` projects are tried again.
    pub(super) fn set_aside(
        &mut self,
        table: &mut RouteTable,
        served: &BTreeMap<ProjectId, Route>,
        insisting: &BTreeSet<ProjectId>,
    ) -> Rejections {
        self.0.retain(|id, refusal| {
            let same = table.routes.get(id) == Some(&refusal.route);
            same && !insisting.contains(id) && refusal.at.elapsed() < AGAIN
        });
        for id in self.0.keys() {
            fall_back(table, served, id);
        }
        self.0.iter().map(|(id, refusal)| (id.clone(), refusal.problem.clone())).collect()
    }

    /// Notes that the gateway refused a table for the route of one project, which gets the one that it had, or none
    /// when that was no better. `None` when the error is not about one project.
    pub(super) fn note(
        &mut self,
        error: &GatewayError,
        table: &mut RouteTable,
        served: &BTreeMap<ProjectId, Route>,
        rejected: &mut Rejections,
    ) -> Option<()> {
        let GatewayError::Rejected { project: Some(id), .. } = error else { return None };
        let route = table.routes.get(id)?.clone();
        if rejected.insert(id.clone(), error.problem()).is_some() {
            table.routes.remove(id);
            return Some(());
        }
        fall_back(table, served, id);
        self.0.insert(id.clone(), Refusal { route, problem: error.problem(), at: Instant::now() });
        Some(())
    }
}

/// The route that the project had, unless it is the refused one too, or one of its names is another project's by now.
fn fall_back(table: &mut RouteTable, served: &BTreeMap<ProjectId, Route>, id: &ProjectId) {
    let Some(refused) = table.routes.remove(id) else { return };
    let Some(route) = served.get(id).filter(|route| **route != refused) else { return };
    let mut names = route.hostname.iter().chain(&route.aliases);
    if names.all(|name| table.names().all(|other| other != name)) {
        table.routes.insert(id.clone(), route.clone());
    }
}

#[cfg(test)]
mod tests;
