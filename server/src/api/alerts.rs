//! Alerts.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{Action, Alert, AlertFilter, AlertFilterDraft, AlertId, AlertKind, AlertState, Page};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::{Caller, Params, check, cursor};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_alerts))
}

/// Which alerts. Every parameter that is given has to match.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AlertsQuery {
    /// Only alerts of this project.
    project: Option<String>,
    /// Only alerts of this kind.
    #[param(value_type = Option<AlertKind>)]
    kind: Option<String>,
    /// Only open alerts, or only those that are over.
    #[param(value_type = Option<AlertState>)]
    state: Option<String>,
    /// The `next_cursor` of an earlier answer.
    cursor: Option<String>,
}

impl AlertsQuery {
    /// The filter, and the alert behind which the page starts.
    fn read(self) -> Result<(AlertFilter, Option<AlertId>), ApiError> {
        let Self { project, kind, state, cursor: after } = self;
        let [project, kind, state] = [project, kind, state].map(Option::unwrap_or_default);
        let mut errors = Vec::new();
        let draft = AlertFilterDraft { project, kind, state };
        let filter = draft.validate().map_err(|faults| errors.extend(faults)).unwrap_or_default();
        let after = cursor(&mut errors, after.as_deref());
        check(errors)?;
        Ok((filter, after))
    }
}

/// Alerts that the caller may see: open ones first, then those that are over, each newest first. They are retained for 90 days.
#[utoipa::path(
    get, path = "/alerts", tag = "alerts",
    extensions(("x-action" = json!(Action::AlertView))),
    params(AlertsQuery),
    responses((status = 200, body = Page<Alert>))
)]
async fn list_alerts(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<AlertsQuery>,
) -> Result<Json<Page<Alert>>, ApiError> {
    let (filter, after) = query.read()?;
    Ok(Json(plane.alerts().list(&op, &filter, after).await?))
}
