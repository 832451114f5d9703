//! Routes as text, kept from one rendering to the next: of a thousand routes a change concerns one or two.

use std::collections::BTreeMap;
use std::sync::Arc;

use control_plane::ports::gateway::{HeaderRouting, Route, RouteTable};
use model::{FleetEdge, ProjectId};
use serde_json::Value;

use crate::features::CaddyFeatures;
use crate::json;
use crate::rendered::RouteText;

/// The routes that were rendered last. One cache is for one set of [`crate::RenderSettings`].
#[derive(Debug, Default)]
pub(crate) struct Cache {
    /// What all routes depend on besides the settings.
    basis: Option<(HeaderRouting, FleetEdge, CaddyFeatures)>,
    pub(super) http: Pieces,
    pub(super) https: Pieces,
}

impl Cache {
    /// Forgets what does not fit a table any more.
    pub(super) fn begin(&mut self, table: &RouteTable, features: CaddyFeatures) {
        let basis = (table.header, table.edge.clone(), features);
        if self.basis.as_ref() != Some(&basis) {
            *self = Self { basis: Some(basis), ..Self::default() };
        }
        for pieces in [&mut self.http, &mut self.https] {
            pieces.0.retain(|id, _| table.routes.contains_key(id));
        }
    }
}

/// The routes of one server by project, with what each was rendered from.
#[derive(Debug, Default)]
pub(super) struct Pieces(BTreeMap<ProjectId, Piece>);

#[derive(Debug)]
struct Piece {
    route: Route,
    hosts: Vec<String>,
    text: Arc<str>,
}

impl Pieces {
    /// The text of a project's route, rendered only when it is another one than before.
    pub(super) fn text(
        &mut self,
        id: &ProjectId,
        route: &Route,
        hosts: &[&str],
        render: impl FnOnce() -> Value,
    ) -> RouteText {
        let known = self.0.get(id).filter(|piece| piece.route == *route && piece.hosts == hosts);
        if let Some(piece) = known {
            return RouteText { text: Arc::clone(&piece.text), project: Some(id.clone()) };
        }
        let text: Arc<str> = json::text(&render()).into();
        let hosts = hosts.iter().map(ToString::to_string).collect();
        self.0.insert(id.clone(), Piece { route: route.clone(), hosts, text: Arc::clone(&text) });
        RouteText { text, project: Some(id.clone()) }
    }
}
