//! Operations and their steps.

use model::{Operation, Page, Progress, StepRecord, StepStatus};
use time::OffsetDateTime;

use super::words::{ago, operation_mark, plain, step_mark, took};
use super::{facts, more, problem, table};

/// A list, newest first. `command` requests the next page.
pub fn list(page: &Page<Operation>, command: &str, now: OffsetDateTime) -> String {
    let rows = page.items.iter().map(|operation| row(operation, now));
    let header = ["OPERATION", "PROJECT", "WHAT", "STATUS", "BY", "ASKED", "TOOK"];
    let text = table(header, rows, "No operation yet.");
    text + &more(command, page.next_cursor.as_deref())
}

fn row(operation: &Operation, now: OffsetDateTime) -> [String; 7] {
    [
        operation.id.to_string(),
        operation.subject().to_owned(),
        operation.kind.to_string(),
        format!("{} {}", operation_mark(operation.status), operation.status),
        operation.actor.label(),
        ago(operation.requested_at, now),
        operation.finished_at.map(|end| took(end - operation.requested_at)).unwrap_or_default(),
    ]
}

/// An operation with its steps and its problem.
pub fn page(operation: &Operation, now: OffsetDateTime) -> String {
    let head = facts([
        ("Operation", Some(operation.id.to_string())),
        ("Project", operation.project_id.as_ref().map(ToString::to_string)),
        ("What", Some(operation.kind.to_string())),
        ("Status", Some(format!("{} {}", operation_mark(operation.status), operation.status))),
        ("Asked by", Some(format!("{}, {}", operation.actor.label(), ago(operation.requested_at, now)))),
        ("Took", operation.finished_at.map(|end| took(end - operation.requested_at))),
        ("Progress", operation.progress.as_ref().map(Progress::text)),
    ]);
    let rows = operation.steps.iter().map(step_row);
    let steps = table(["", "STEP", "STATUS", "TOOK", "TRIES", "NOTE"], rows, "No steps.");
    let problem =
        operation.problem.as_ref().map_or_else(String::new, |p| format!("\n\n{}", problem::text(p)));
    format!("{head}\n{steps}{problem}")
}

fn step_row(step: &StepRecord) -> [String; 6] {
    [
        step_mark(step.status).to_string(),
        step.step.title().to_owned(),
        step.status.to_string(),
        step_took(step).unwrap_or_default(),
        if step.attempts > 1 { step.attempts.to_string() } else { String::new() },
        step.note.clone().unwrap_or_default(),
    ]
}

fn step_took(step: &StepRecord) -> Option<String> {
    Some(took(step.finished_at? - step.started_at?))
}

/// The message after a command without `--wait`.
pub fn accepted(operation: &Operation) -> String {
    format!(
        "{} of {} is {}. Follow it with: atomoctl operation wait {}",
        title(operation),
        operation.subject(),
        operation.status,
        operation.id
    )
}

/// The message after a request to cancel a job.
pub fn cancelled(operation: &Operation) -> String {
    if operation.status.is_over() {
        return format!("{} of {} is {}.", title(operation), operation.subject(), operation.status);
    }
    format!(
        "{} of {} was asked to end; steps that are done stay. Follow it with: atomoctl operation wait {}",
        title(operation),
        operation.subject(),
        operation.id
    )
}

/// The kind of an operation, at the beginning of a sentence.
fn title(operation: &Operation) -> String {
    capital(&operation.kind.as_str().replace('_', " "))
}

/// The message after a success.
pub fn succeeded(operation: &Operation) -> String {
    let time = operation.finished_at.map(|end| format!(" in {}", took(end - operation.requested_at)));
    format!("{} of {} succeeded{}.", title(operation), operation.subject(), time.unwrap_or_default())
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A step in one line: title, status, note.
pub fn step(step: &StepRecord) -> String {
    let status = match (step.status, step_took(step)) {
        (StepStatus::Done | StepStatus::Failed, Some(took)) => format!("{} in {took}", step.status),
        (status, _) => status.to_string(),
    };
    let tries = if step.attempts > 1 { format!(", try {}", step.attempts) } else { String::new() };
    let note = step.note.as_ref().map(|note| format!(" ({})", plain(note.trim_end_matches('.'))));
    format!("{}: {status}{tries}{}", step.step.title(), note.unwrap_or_default())
}

/// One line for each change since the last call, with the step's place: `3/9 Start the instance: running`. A step that
/// started and ended in between has one line; a pending step has none unless it has a note.
pub fn changes(before: &[StepRecord], after: &[StepRecord]) -> Vec<String> {
    let told = |now: &StepRecord| now.status != StepStatus::Waiting || now.note.is_some();
    let same = |was: &StepRecord, now: &StepRecord| {
        (was.status, &was.note, was.attempts) == (now.status, &now.note, now.attempts)
    };
    let moved = |(index, now): &(usize, &StepRecord)| {
        told(now) && before.get(*index).is_none_or(|was| !same(was, now))
    };
    let line = |(index, now): (usize, &StepRecord)| {
        format!("{} {}/{} {}", step_mark(now.status), index + 1, after.len(), step(now))
    };
    after.iter().enumerate().filter(moved).map(line).collect()
}
