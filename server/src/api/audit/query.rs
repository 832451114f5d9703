//! Which events a request is for.

use model::{EventFilter, EventFilterDraft, FieldError, Invalid};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::error::ApiError;
use crate::api::input::{check, cursor};

/// Which events of a project. Parameters are combined with AND.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Only events whose actor contains this text, ignoring case: a part of an e-mail address or of the name of a token, or
    /// `reconciler`, `registry`, `schedule` or `host`.
    actor: Option<String>,
    /// Only events with this action, such as `project.stop` or `status`.
    action: Option<String>,
    /// Only events at or after this time: a date (00:00 UTC) or a time in RFC 3339.
    from: Option<String>,
    /// Only events before this time in RFC 3339, or until the end of this date (UTC).
    to: Option<String>,
    /// The `next_cursor` of an earlier answer.
    cursor: Option<String>,
}

/// Which events of the fleet. Parameters are combined with AND.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only events of this project.
    project: Option<String>,
    /// Only events whose actor contains this text, ignoring case: a part of an e-mail address or of the name of a token, or
    /// `reconciler`, `registry`, `schedule` or `host`.
    actor: Option<String>,
    /// Only events with this action, such as `project.stop` or `status`.
    action: Option<String>,
    /// Only events at or after this time: a date (00:00 UTC) or a time in RFC 3339.
    from: Option<String>,
    /// Only events before this time in RFC 3339, or until the end of this date (UTC).
    to: Option<String>,
    /// The `next_cursor` of an earlier answer.
    cursor: Option<String>,
}

/// Which events are exported, and how. Parameters are combined with AND.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// Only events of this project.
    project: Option<String>,
    /// Only events whose actor contains this text, ignoring case.
    actor: Option<String>,
    /// Only events with this action.
    action: Option<String>,
    /// Only events at or after this time: a date (00:00 UTC) or a time in RFC 3339.
    from: Option<String>,
    /// Only events before this time in RFC 3339, or until the end of this date (UTC).
    to: Option<String>,
    /// `jsonl`: one event in JSON on each line (the default). `csv`: RFC 4180 with a header row.
    #[param(value_type = Option<String>, pattern = "^(jsonl|csv)$")]
    format: Option<String>,
}

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON Lines.
    Jsonl,
    /// Comma-separated values.
    Csv,
}

impl EventsQuery {
    /// The filter, and the event before which the page starts.
    pub fn read(self) -> Result<(EventFilter, Option<i64>), ApiError> {
        let Self { actor, action, from, to, cursor } = self;
        AuditQuery { project: None, actor, action, from, to, cursor }.read()
    }
}

impl AuditQuery {
    /// The filter, and the event before which the page starts.
    pub fn read(self) -> Result<(EventFilter, Option<i64>), ApiError> {
        let Self { project, actor, action, from, to, cursor: before } = self;
        let mut errors = Vec::new();
        let filter = filter(&mut errors, [project, actor, action, from, to]);
        let before = cursor(&mut errors, before.as_deref());
        check(errors)?;
        Ok((filter, before))
    }
}

impl ExportQuery {
    /// The filter and the format.
    pub fn read(self) -> Result<(EventFilter, Format), ApiError> {
        let Self { project, actor, action, from, to, format } = self;
        let mut errors = Vec::new();
        let filter = filter(&mut errors, [project, actor, action, from, to]);
        let format = match format.as_deref() {
            None | Some("jsonl") => Ok(Format::Jsonl),
            Some("csv") => Ok(Format::Csv),
            Some(_) => Err(Invalid::new("This is not a format of an export.", "jsonl or csv")),
        };
        let format = FieldError::collect(&mut errors, "format", format).unwrap_or(Format::Jsonl);
        check(errors)?;
        Ok((filter, format))
    }
}

/// The filter of these parameters; with faults, which are added to the errors, that of every event.
fn filter(errors: &mut Vec<FieldError>, parameters: [Option<String>; 5]) -> EventFilter {
    let [project, actor, action, from, to] = parameters.map(Option::unwrap_or_default);
    let draft = EventFilterDraft { project, actor, action, from, to };
    draft.validate().map_err(|faults| errors.extend(faults)).unwrap_or_default()
}
