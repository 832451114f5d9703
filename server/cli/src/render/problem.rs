//! Problems: what happened, whether anything changed, which field, what to do.

use std::fmt::Write;

use model::{FieldDifference, FieldError, Problem, ProblemKind};

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
        text.push_str(&field(error));
    }
    for FieldDifference { field, current, yours } in &problem.differences {
        let _ = write!(text, "\n  {}: {} now, {} in this edit", plain(field), plain(current), plain(yours));
    }
    if let Some(id) = problem.operation.filter(|id| !problem.detail.contains(&id.to_string())) {
        let _ = write!(text, "\nOperation: {id}");
    }
    for (index, line) in problem.log.iter().enumerate() {
        text.push_str(if index == 0 { "\nThe last lines of its log:\n  | " } else { "\n  | " });
        text.push_str(&plain(line));
    }
    if problem.kind == ProblemKind::Unauthenticated {
        text.push_str("\nLog in with: atomoctl login");
    }
    if let Some(request) = &problem.request_id {
        let _ = write!(text, "\nRequest: {}", plain(request));
    }
    text
}

fn field(error: &FieldError) -> String {
    let accepted = error.accepted.trim_end_matches('.');
    let line = format!("\n  {}: {} Accepted: {accepted}.", error.field, error.message);
    let mut line = format!("\n{}", plain(line.trim_start_matches('\n')));
    if let Some(suggestion) = &error.suggestion {
        let _ = write!(line, "\n    Try: {}", plain(suggestion));
    }
    line
}

/// The detail without the sentences of the field errors, which are listed separately.
fn detail_beside_fields(problem: &Problem) -> String {
    let mut detail = problem.detail.clone();
    for error in &problem.errors {
        let sentence = format!("{}: {} Accepted: {}.", error.field, error.message, error.accepted);
        detail = detail.replace(&sentence, "");
    }
    detail.trim().to_owned()
}
