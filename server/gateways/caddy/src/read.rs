//! What a configuration says of our routes.

use std::collections::BTreeMap;

use control_plane::ports::gateway::RouteSeen;
use model::{EdgePolicy, Hostname, ProjectId};
use serde_json::Value;

use crate::render::HTTPS;

/// The `@id` of a project's route over HTTPS is this and the project's id. An id holds no underscore, so the two kinds
/// cannot be confused.
pub(crate) const ROUTE_ID: &str = "atomo_route_";
/// The same for its route over HTTP, by header.
pub(crate) const HTTP_ROUTE_ID: &str = "atomo_http_route_";
/// The variable in a project's route that holds what the project itself says of the edge: of what is rendered from it
/// nothing could be read back.
pub(crate) const EDGE: &str = "atomo_edge";

/// Whose route this is.
pub(crate) fn project_of(route: &Value) -> Option<ProjectId> {
    let id = route["@id"].as_str()?;
    [ROUTE_ID, HTTP_ROUTE_ID].iter().find_map(|prefix| id.strip_prefix(prefix)?.parse().ok())
}

/// Our routes by project. One that is reached by no name and no header is not served, so it is not there.
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

/// What a project says of the edge; the default where its route holds nothing, `None` where it holds something that no
/// policy is.
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
