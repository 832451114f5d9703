//! The route table: a pure function of the registry.

use std::net::SocketAddr;

use model::{DesiredState, FleetEdge};

use crate::ports::gateway::{Route, RouteTable, Target};
use crate::registry::ProjectRecord;
use crate::settings::Settings;

/// The table for these projects. A project has a route from the moment its first instance was ready.
pub fn table(records: &[ProjectRecord], edge: &FleetEdge, settings: &Settings) -> RouteTable {
    let routes = records
        .iter()
        .filter_map(|record| route(record, settings).map(|route| (record.project.id.clone(), route)))
        .collect();
    RouteTable { routes, header: settings.header, dashboard: settings.dashboard.clone(), edge: edge.clone() }
}

/// The route of a project; `None` before its first instance was ready and during its deletion.
pub fn route(record: &ProjectRecord, settings: &Settings) -> Option<Route> {
    if record.delete_requested_at.is_some() {
        return None;
    }
    let upstream: SocketAddr = record.project.upstream.as_ref()?.parse().ok()?;
    let hostname = record.project.hostname.clone();
    let further = record.project.hosts().filter(|name| hostname.as_ref() != Some(*name));
    Some(Route {
        aliases: further.chain(&record.former_hostnames).cloned().collect(),
        hostname,
        target: if is_maintained(record) { Target::Maintenance } else { Target::Upstream(upstream) },
        hold: settings.hold,
        edge: record.project.edge.clone(),
    })
}

/// Whether the route itself is the maintenance page: only for a declared stop. A crash leaves the route unchanged: the
/// gateway waits, then answers with the same page.
pub fn is_maintained(record: &ProjectRecord) -> bool {
    record.project.desired_state == DesiredState::Stopped
}
