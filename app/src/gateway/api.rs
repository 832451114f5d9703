//! The gateway: the door, the call, the answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::{FleetEdge, GatewayView, ProjectId, RateLimiter};
use serde::{Deserialize, Serialize};

use super::form::{EdgeForm, FleetForm};
use crate::error::AppError;

/// The gateway, with the certificate of every name.
#[server(prefix = "/actions", endpoint = "gateway", input = GetUrl)]
pub(crate) async fn get_gateway() -> Result<GatewayView, AppError> {
    crate::host::ask(|door| async move { door.plane.gateway().get(&door.op).await }).await
}

/// What is said for the whole fleet, and who limits rates, where the asker may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FleetSays {
    pub(crate) edge: FleetEdge,
    pub(crate) limiter: Option<RateLimiter>,
}

/// What holds for a project beside what it says itself.
#[server(prefix = "/actions", endpoint = "fleet_edge", input = GetUrl)]
pub(crate) async fn get_fleet_edge() -> Result<FleetSays, AppError> {
    crate::host::ask(|door| async move {
        let edge = door.plane.gateway().edge(&door.op).await?;
        let limiter = door.plane.gateway().get(&door.op).await.ok().and_then(|view| view.rate_limiter);
        Ok(FleetSays { edge, limiter })
    })
    .await
}

/// Replaces what is said for the whole fleet.
#[server(prefix = "/actions", endpoint = "set_fleet_edge")]
pub(crate) async fn set_fleet_edge(form: FleetForm) -> Result<(), AppError> {
    let set = |door: crate::host::Door| {
        let draft = form.draft();
        async move { door.plane.gateway().set_edge(&door.op, draft?).await }
    };
    crate::host::command(&form, set, |_| "/gateway#policy".to_owned()).await
}

/// Replaces what a project says.
#[server(prefix = "/actions", endpoint = "set_project_edge")]
pub(crate) async fn set_project_edge(id: ProjectId, form: EdgeForm) -> Result<(), AppError> {
    let edit = |door: crate::host::Door| {
        let patch = form.patch();
        async move { door.plane.projects().edit(&door.op, &id, patch?).await }
    };
    crate::host::command(&form, edit, |operation| format!("/operations/{}", operation.id)).await
}
