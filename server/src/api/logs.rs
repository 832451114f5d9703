//! What instances print: the newest lines, or a stream of them that goes on.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use control_plane::operators::stream_grant::StreamGrant;
use control_plane::ports::driver::{Follow, LogQuery};
use control_plane::{ControlPlane, Result as Answer};
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use model::{Action, FieldError, Invalid, LogLine, LogStream, Page, ProjectId};
use serde::Deserialize;
use time::OffsetDateTime;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::{Caller, Open, Params, Path, check, parameter};
use crate::state::AppState;

/// Lines without `tail`.
const TAIL: usize = 200;
/// Most lines.
const MAX_TAIL: usize = 10_000;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(read_logs))
}

/// Which lines.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LogsQuery {
    /// At most so many of the newest lines; 200 unless said otherwise.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 10000)]
    tail: Option<String>,
    /// Go on with lines as they come. The answer is then newline-delimited JSON, one line of the log in each.
    #[param(value_type = Option<bool>)]
    follow: Option<String>,
}

impl LogsQuery {
    fn validate(&self) -> Result<LogQuery, ApiError> {
        const ACCEPTED: &str = "1 to 10000";
        let mut errors = Vec::new();
        let tail = parameter(&mut errors, "tail", self.tail.as_deref(), ACCEPTED).unwrap_or(TAIL);
        if !(1..=MAX_TAIL).contains(&tail) {
            errors.push(FieldError::new(
                "tail",
                Invalid::new(format!("{tail} lines cannot be asked for."), ACCEPTED),
            ));
        }
        let follow =
            parameter(&mut errors, "follow", self.follow.as_deref(), "true or false").unwrap_or(false);
        check(errors)?;
        Ok(LogQuery { tail, follow: if follow { Follow::Yes } else { Follow::No } })
    }
}

/// What a project's instance printed, redacted, oldest line first.
#[utoipa::path(
    get, path = "/projects/{id}/logs", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectLogs))),
    params(("id" = ProjectId, Path), LogsQuery),
    responses((status = 200, content(
        (Page<LogLine> = "application/json"),
        (LogLine = "application/x-ndjson"),
    )))
)]
async fn read_logs(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    Params(query): Params<LogsQuery>,
    Open(grant): Open,
) -> Result<Response, ApiError> {
    let query = query.validate()?;
    let lines = plane.projects().logs(&op, &id, query).await?;
    match query.follow {
        Follow::Yes => Ok(stream(lines, grant)),
        Follow::No => Ok(Json(Page::whole(lines.try_collect().await?)).into_response()),
    }
}

fn stream(lines: BoxStream<'static, Answer<LogLine>>, grant: StreamGrant) -> Response {
    let lines = lines.take_until(grant.ended()).map(|line| {
        let mut text = serde_json::to_vec(&line.unwrap_or_else(|error| last_line(&error)))?;
        text.push(b'\n');
        serde_json::Result::Ok(text)
    });
    (super::events::UNBUFFERED, [(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines))
        .into_response()
}

/// The last line of a stream that fails after it has begun, when a status can no longer be sent.
fn last_line(error: &control_plane::Error) -> LogLine {
    tracing::warn!(error = control_plane::chain(error), "a log stream ended");
    let text = format!("The log cannot be read on. {}", error.problem());
    LogLine { at: OffsetDateTime::now_utc(), stream: LogStream::Platform, text }
}
