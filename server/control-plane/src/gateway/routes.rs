//! The route table: a pure function of the registry.

use std::net::SocketAddr;

use model::{Edge, FleetEdge, Goal};

use crate::goal::goal;
use crate::ports::gateway::{Route, RouteTable, RouteTarget};
use crate::registry::ProjectRecord;
use crate::settings::Settings;

/// The table for these projects. A project has a route from the moment that its first instance was ready.
pub fn table<'a>(
    records: impl IntoIterator<Item = &'a ProjectRecord>,
    edge: &FleetEdge,
    settings: &Settings,
) -> RouteTable {
    let routes = records
        .into_iter()
        .filter_map(|record| route(record, settings).map(|route| (record.project.id.clone(), route)))
        .collect();
    RouteTable { routes, header: settings.header, dashboard: settings.dashboard.clone(), edge: edge.clone() }
}

/// The route of one project; `None` before its first instance was ready and while it is being taken down.
pub fn route(record: &ProjectRecord, settings: &Settings) -> Option<Route> {
    if goal(record) == Goal::Remove {
        return None;
    }
    let upstream: SocketAddr = record.project.upstream.as_ref()?.parse().ok()?;
    let hostname = record.project.hostname.clone();
    let further = record.project.hosts().filter(|name| hostname.as_ref() != Some(*name));
    Some(Route {
        aliases: further.chain(&record.former_hostnames).cloned().collect(),
        hostname,
        target: if is_maintained(record) {
            RouteTarget::Maintenance
        } else {
            RouteTarget::Upstream(upstream)
        },
        hold: settings.hold,
        edge: record.project.edge.clone(),
    })
}

/// Whether the maintenance page stands in the route itself: only for a declared stop, and while a job holds the project in
/// maintenance. A crash leaves the route as it is: the gateway waits, then answers with the same page without being told.
pub fn is_maintained(record: &ProjectRecord) -> bool {
    goal(record).is_maintained()
}

/// Whether this answer to `/ready` through the gateway proves that the project is reached: success, or what the edge policy
/// has for this very machine. That the instance is ready was asked of itself.
pub fn is_reached(record: &ProjectRecord, status: u16) -> bool {
    let edge = Edge::of(&record.fleet_edge.policy, &record.project.edge);
    match status {
        200..=299 => true,
        403 => !edge.allow.is_empty() || !edge.deny.is_empty(),
        404 => edge.blocks("/ready"),
        429 => edge.rate_limit.is_some(),
        _ => false,
    }
}
