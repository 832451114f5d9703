//! Problems: what happened, whether anything changed, which field, what to do.

use std::fmt::Write;

use model::{FieldDifference, FieldError, LogText, Problem, ProblemKind};

use super::words::plain;

/// The problem as lines, without a trailing line end.
pub fn text(problem: &Problem) -> String {
    let mut text = format!("Error: {}.", plain(problem.title.trim_end_matches('.')));
    let detail = detail_beside_fields(problem);
    if !detail.is_empty() {
        text.push('\n');
        text.push_str(&detail.lines().map(plain).collect::<Vec<_>>().join("\n"));
    }
    for error in &problem.errors {
        text.push_str(&if problem.is_headed_by(error) { suggestion(error) } else { field(error) });
    }
    for FieldDifference { field, current, yours } in &problem.differences {
        let _ = write!(text, "\n  {}: {} now, {} in this edit", plain(field), plain(current), plain(yours));
    }
    if let Some(id) = problem.operation.filter(|id| !problem.detail.contains(&id.to_string())) {
        let _ = write!(text, "\nOperation: {id}");
    }
    for (index, line) in problem.log.iter().enumerate() {
        text.push_str(if index == 0 { "\nThe last lines of its log:\n  | " } else { "\n  | " });
        text.push_str(&plain(&log_line(line)));
    }
    if problem.kind == ProblemKind::Unauthenticated {
        text.push_str("\nLog in with: atomoctl login");
    }
    if let Some(request) = &problem.request_id {
        let _ = write!(text, "\nRequest: {}", plain(request));
    }
    text
}

/// `10:04:10 ERROR no such table`; a line that is no JSON log line as it is.
fn log_line(line: &str) -> String {
    let LogText { at, level, message } = LogText::parse(line);
    let at = at.map(|at| {
        let (h, m, s) = at.to_offset(time::UtcOffset::UTC).to_hms();
        format!("{h:02}:{m:02}:{s:02} ")
    });
    let level = level.map(|level| format!("{:5} ", level.as_str()));
    format!("{}{}{message}", at.unwrap_or_default(), level.unwrap_or_default())
}

fn suggestion(error: &FieldError) -> String {
    error.suggestion.as_ref().map(|value| format!("\n    Try: {}", plain(value))).unwrap_or_default()
}

fn field(error: &FieldError) -> String {
    let accepted = error.accepted.trim_end_matches('.');
    let line = format!("\n  {}: {} Accepted: {accepted}.", error.field, error.message);
    format!("\n{}{}", plain(line.trim_start_matches('\n')), suggestion(error))
}

/// The detail without the sentences of the field errors, which are listed separately.
fn detail_beside_fields(problem: &Problem) -> String {
    let mut detail = problem.detail_below_title();
    for error in &problem.errors {
        detail = detail.replace(&error.sentence(), "");
    }
    detail.trim().to_owned()
}
