//! What the engine did by itself, and what is no action of a caller.

use time::Duration;

use super::facts::{Facts, listed};
use super::{backup, delete, deploy, drift, rollout};
use crate::event::action::SystemEvent;
use crate::limits::MemoryLimit;
use crate::{Actor, ByteSize, Step, span};

/// What happened.
pub(super) fn sentence(event: SystemEvent, actor: Option<&Actor>, facts: Facts<'_>) -> String {
    match event {
        SystemEvent::Converge if facts.value("retry_of").is_some() => "Reconciliation retried".to_owned(),
        SystemEvent::Converge => converge(actor, facts),
        SystemEvent::Return => returned(facts),
        SystemEvent::Status => status(facts),
        SystemEvent::Reached => reached(facts),
        SystemEvent::Secrets => secrets(facts),
        SystemEvent::Ports => ports(facts),
        SystemEvent::Maintenance => "Maintenance begun".to_owned(),
        SystemEvent::DeployBegun => deploy::begun(facts),
        SystemEvent::DeployReturned => deploy::returned(facts),
        SystemEvent::DeployProposed => deploy::proposal("proposed", facts),
        SystemEvent::Restored => backup::restored(facts),
        SystemEvent::RestoreUndone => {
            "Restore undone: database and uploads from before it are in use".to_owned()
        }
        SystemEvent::Recovered => backup::recovered(facts),
        SystemEvent::BaseBackup => backup::base(facts),
        SystemEvent::Filled => backup::filled(facts),
        SystemEvent::NotFilled => "It got no data, so it is removed again".to_owned(),
        SystemEvent::Retained => retained(facts),
        SystemEvent::DeleteBegun => "Delete with the database begun".to_owned(),
        SystemEvent::DeleteEnded => delete::ended(facts),
        SystemEvent::Trashed => delete::trashed(facts),
        SystemEvent::Undeleted => delete::undeleted(facts),
        SystemEvent::DriftFound => drift::found("found", facts),
        SystemEvent::DriftChanged => drift::found("changed", facts),
        SystemEvent::DriftResolved => drift::resolved(facts),
        SystemEvent::RolloutBegun
        | SystemEvent::RolloutPaused
        | SystemEvent::RolloutResumed
        | SystemEvent::RolloutCancelled
        | SystemEvent::RolloutEnded => rollout::sentence(event, facts),
        SystemEvent::FileTaken => deploy::file_taken(facts),
        SystemEvent::SetupLink => "Setup link created".to_owned(),
        SystemEvent::LogIn => "Logged in".to_owned(),
        #[cfg(feature = "testing")]
        SystemEvent::Test => "Test".to_owned(),
    }
}

/// A restart after the end of the instance, or the differences that are closed.
fn converge(actor: Option<&Actor>, facts: Facts<'_>) -> String {
    if let Some(exit) = exit(facts) {
        return format!("Restarted after {exit}{}", repeated(facts));
    }
    let by = if actor == Some(&Actor::Registry) { " after an edit of the registry" } else { "" };
    let reasons = facts.texts("reasons");
    let causes = if reasons.is_empty() { steps(facts) } else { reasons };
    if causes.is_empty() { format!("Reconciled{by}") } else { format!("Reconciled{by}: {}", listed(&causes)) }
}

/// The titles of the steps, for events without reasons.
fn steps(facts: Facts<'_>) -> Vec<&'static str> {
    facts.texts("steps").into_iter().filter_map(|step| step.parse().ok().map(Step::title)).collect()
}

fn returned(facts: Facts<'_>) -> String {
    let revision = facts.number("revision").map(|number| format!("revision {number}"));
    let revision = revision.unwrap_or_else(|| "the last verified revision".to_owned());
    match exit(facts) {
        Some(exit) => format!("Restarted with {revision} after {exit}{}", repeated(facts)),
        None => format!("Rolled back to {revision} after a failed change"),
    }
}

/// How the instance ended: `signal 9`.
fn exit(facts: Facts<'_>) -> Option<String> {
    facts.value("exit")?;
    let exit = facts.within("exit");
    if exit.value("out_of_memory").is_some() {
        let limit = exit.within("out_of_memory").value("limit").and_then(serde_json::Value::as_u64);
        let limit = limit.and_then(|bytes| MemoryLimit::try_from(ByteSize::new(bytes)).ok());
        let limit = limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
        return Some(format!("it reached its memory limit{limit}"));
    }
    let code = exit.number("code").map(|code| format!("exit code {code}"));
    let signal = || exit.number("signal").map(|signal| format!("signal {signal}"));
    Some(code.or_else(signal).unwrap_or_else(|| "the instance ended".to_owned()))
}

/// `, 2nd time in 10 min`; nothing for the first time.
fn repeated(facts: Facts<'_>) -> String {
    let restarts = facts.within("restarts");
    match (restarts.number("count"), restarts.number("within_s")) {
        (Some(times), Some(seconds)) if times > 1 => {
            format!(", {} time in {}", ordinal(times), span(Duration::seconds(seconds.max(1))))
        }
        _ => String::new(),
    }
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`.
fn ordinal(number: i64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn status(facts: Facts<'_>) -> String {
    let change = match (facts.text("from"), facts.text("to")) {
        (Some(from), Some(to)) => format!("Status changed from {from} to {to}"),
        _ => "Status changed".to_owned(),
    };
    with_problem(change, facts)
}

fn reached(facts: Facts<'_>) -> String {
    let generation = facts.number("generation").map(|number| format!(" (generation {number})"));
    with_problem(format!("Change applied{}", generation.unwrap_or_default()), facts)
}

fn with_problem(text: String, facts: Facts<'_>) -> String {
    match facts.text("problem") {
        Some(problem) => format!("{text}: {problem}"),
        None => text,
    }
}

fn secrets(facts: Facts<'_>) -> String {
    let version = |(name, version): (&str, &serde_json::Value)| format!("{name} {version}");
    let versions: Vec<String> = facts.within("versions").all().map(version).collect();
    if versions.is_empty() {
        return "Versions of secrets recorded".to_owned();
    }
    format!("Versions of secrets recorded: {}", listed(&versions))
}

/// The detail has the first port of each pair.
fn ports(facts: Facts<'_>) -> String {
    match (facts.number("from"), facts.number("to")) {
        (Some(from), Some(to)) => {
            format!("Ports changed from {from} and {} to {to} and {}: they were in use", from + 1, to + 1)
        }
        _ => "Ports changed: they were in use".to_owned(),
    }
}

fn retained(facts: Facts<'_>) -> String {
    if facts.is("trash") {
        return "Project removed; its database is in the trash".to_owned();
    }
    if facts.is("dropped") {
        return "Clone removed; its database is dropped".to_owned();
    }
    let Some(database) = facts.text("database") else {
        return "Project removed; it had no database".to_owned();
    };
    let bytes = facts.number("bytes").and_then(|bytes| ByteSize::try_from(bytes).ok());
    let size = bytes.map(|bytes| format!(" ({bytes})")).unwrap_or_default();
    format!("Project removed; the database {database}{size} is retained")
}
