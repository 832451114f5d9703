//! A rendered route table: the result of rendering and the input of merging.

use std::collections::BTreeMap;
use std::sync::Arc;

use control_plane::ports::gateway::RouteSeen;
use model::ProjectId;
use serde_json::Value;

use crate::identifiers::{HTTP, HTTPS};
use crate::json;

/// A table rendered: everything but the routes as JSON, and the routes as text.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// `{"apps": ...}`, in which the routes of both servers are null.
    pub(crate) config: Value,
    /// The routes of [`HTTP`].
    pub(crate) http: Vec<RouteText>,
    /// The routes of [`HTTPS`].
    pub(crate) https: Vec<RouteText>,
    /// The routes by project, as Caddy reports them after it has loaded this table.
    pub(crate) seen: BTreeMap<ProjectId, RouteSeen>,
}

impl Rendered {
    /// The routes of one of our servers. `None` if the server is not ours.
    pub(crate) fn routes(&self, server: &str) -> Option<&[RouteText]> {
        match server {
            HTTP => Some(&self.http),
            HTTPS => Some(&self.https),
            _ => None,
        }
    }

    /// The project that a name leads to.
    pub(crate) fn project_of_name(&self, name: &str) -> Option<&ProjectId> {
        let of = |(_, seen): &(&ProjectId, &RouteSeen)| seen.hosts.iter().any(|host| host.as_str() == name);
        self.seen.iter().find(of).map(|(id, _)| id)
    }
}

/// One route, in the order in which Caddy tries them.
#[derive(Debug, Clone)]
pub(crate) struct RouteText {
    /// JSON, byte for byte as Caddy writes it.
    pub(crate) text: Arc<str>,
    /// The project of the route. `None` if the route serves all projects.
    pub(crate) project: Option<ProjectId>,
}

impl RouteText {
    /// A route that serves all projects.
    pub(crate) fn shared(route: &Value) -> Self {
        Self { text: json::text(route).into(), project: None }
    }
}
