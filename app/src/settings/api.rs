//! Parts of the fleet: context, call, answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::Part;
#[cfg(feature = "ssr")]
use model::PartState;

use crate::error::AppError;

/// The parts that do not answer.
#[server(prefix = "/actions", endpoint = "away", input = GetUrl)]
pub(crate) async fn get_away() -> Result<Vec<Part>, AppError> {
    crate::call_context::ask(|context| async move {
        let mut parts = context.plane.fleet().get(&context.op).await?.parts;
        parts.retain(|part| matches!(part.state, PartState::Away { .. }));
        Ok(parts)
    })
    .await
}
