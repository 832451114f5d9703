//! The gateway: context, call, answer.

use leptos::prelude::*;
use model::{FleetEdge, GatewayView, ProjectId, RateLimiter};

use super::form::{EdgeForm, FleetForm};
use crate::error::AppError;

/// The gateway and the certificate of every name.
pub(crate) async fn get_gateway() -> Result<GatewayView, AppError> {
    crate::call_context::ask(|context| async move { context.plane.gateway().get(&context.op).await }).await
}

/// The fleet's policy, and who enforces rate limits if the caller may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FleetSays {
    pub(crate) edge: FleetEdge,
    pub(crate) limiter: Option<RateLimiter>,
}

/// The fleet's policy as it applies to a project.
pub(crate) async fn get_fleet_edge() -> Result<FleetSays, AppError> {
    crate::call_context::ask(|context| async move {
        let edge = context.plane.gateway().edge(&context.op).await?;
        let limiter = context.plane.gateway().get(&context.op).await.ok().and_then(|view| view.rate_limiter);
        Ok(FleetSays { edge, limiter })
    })
    .await
}

/// Replaces the fleet's policy from the generation that the form was filled from.
#[server(prefix = "/actions", endpoint = "set_fleet_edge")]
pub(crate) async fn set_fleet_edge(generation: i64, form: FleetForm) -> Result<(), AppError> {
    let set = |context: crate::call_context::CallContext| {
        let draft = form.draft();
        async move {
            let draft = model::FleetEdgeDraft { generation: Some(generation), ..draft? };
            context.plane.gateway().set_edge(&context.op, draft).await
        }
    };
    let typed = crate::projects::api::TypedEdit { generation, form: &form };
    crate::call_context::command(typed, set, |_| "/gateway#policy".to_owned()).await
}

/// Replaces a project's policy.
#[server(prefix = "/actions", endpoint = "set_project_edge")]
pub(crate) async fn set_project_edge(id: ProjectId, generation: i64, form: EdgeForm) -> Result<(), AppError> {
    crate::projects::api::edit(id, generation, &form, form.patch()).await
}
