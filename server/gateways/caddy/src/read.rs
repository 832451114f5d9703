//! Reads our routes from a configuration.

use std::collections::BTreeMap;

use control_plane::ports::gateway::RouteSeen;
use model::{EdgePolicy, Hostname, ProjectId};
use serde_json::Value;

use crate::identifiers::{EDGE, HTTP_ROUTE_ID, HTTPS, ROUTE_ID};

/// The project of a route.
pub(crate) fn project_of(route: &Value) -> Option<ProjectId> {
    let id = route["@id"].as_str()?;
    [ROUTE_ID, HTTP_ROUTE_ID].iter().find_map(|prefix| id.strip_prefix(prefix)?.parse().ok())
}

/// Our routes by project. A route without hostname and header match is not served and counts as absent.
pub(crate) fn routes(apps: &Value) -> BTreeMap<ProjectId, RouteSeen> {
    let mut seen: BTreeMap<ProjectId, RouteSeen> = BTreeMap::new();
    let routes = apps["http"]["servers"][HTTPS]["routes"].as_array();
    for route in routes.into_iter().flatten() {
        if let Some(id) = project_of(route) {
            seen.insert(id, RouteSeen { hosts: hosts(route), upstream: upstream(route), edge: edge(route) });
        }
    }
    seen
}

/// The project's own edge policy: the default if the route has none, `None` if it is invalid.
fn edge(route: &Value) -> Option<EdgePolicy> {
    let mut handlers = route["handle"].as_array().into_iter().flatten();
    match handlers.find_map(|handler| handler.get(EDGE)) {
        Some(kept) => serde_json::from_value(kept.clone()).ok(),
        None => Some(EdgePolicy::default()),
    }
}

fn hosts(route: &Value) -> Vec<Hostname> {
    let hosts = route["match"][0]["host"].as_array();
    hosts.into_iter().flatten().filter_map(|host| host.as_str()?.parse().ok()).collect()
}

fn upstream(route: &Value) -> Option<String> {
    let handlers = route["handle"].as_array()?;
    handlers.iter().find_map(|handler| handler["upstreams"][0]["dial"].as_str()).map(str::to_owned)
}
