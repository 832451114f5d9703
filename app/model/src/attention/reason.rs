//! What happened to a project, in words: what, and what follows from it.

use time::OffsetDateTime;

use crate::state::Observed;
use crate::{Exit, Health, Project, Sync, span};

/// What happened, in a few words, and what follows from it, in a sentence.
pub(super) fn of(project: &Project, health: Health) -> (String, String) {
    let ill = matches!(health, Health::Down | Health::Degraded | Health::Unknown);
    if let Some(problem) = project.problem.as_ref().filter(|_| ill) {
        return (problem.title.clone(), problem.detail_below_title());
    }
    let (what, detail) = match health {
        Health::Down => return down(project),
        Health::Degraded if matches!(project.observed.facts.route, Observed::Absent) => (
            "The gateway has no route to it",
            "The instance answers. The route is published again automatically.",
        ),
        Health::Degraded => (
            "Requests through the gateway fail",
            "The instance itself responds. The check is repeated automatically.",
        ),
        Health::Unknown => ("State unknown", "The project may be running."),
        Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended => {
            return (differs(&project.sync()), "It does not match its desired state.".into());
        }
    };
    (what.into(), detail.into())
}

/// What was seen of an instance that does not answer. No operation has given up on it, so it is started again.
fn down(project: &Project) -> (String, String) {
    let facts = &project.observed.facts;
    let restarts = "It is restarted automatically.";
    let (what, detail) = match facts.instance.present().map(|instance| (&instance.exit, facts.hangs)) {
        None => ("There is no instance".into(), "One is started automatically."),
        Some((Some(exit), _)) => (crashed(exit, project), restarts),
        Some((None, true)) => ("The instance stopped responding".into(), "It is replaced automatically."),
        Some((None, false)) => ("The instance runs but is not ready".into(), restarts),
    };
    (what, detail.into())
}

/// `Crashed 3 times in 40 s, last by signal 9`; the first time, how the instance ended.
fn crashed(exit: &Exit, project: &Project) -> String {
    let reconciliation = &project.reconciliation;
    match (reconciliation.attempts, reconciliation.first_attempt_at) {
        (attempts @ 2.., Some(first)) => crashes(attempts, first, Some(exit)),
        _ => format!("The instance {exit}"),
    }
}

/// An instance that ended again after each of `attempts` starts since `first`: `Crashed 10 times in 4 min, last by signal 9`.
pub fn crashes(attempts: u32, first: OffsetDateTime, exit: Option<&Exit>) -> String {
    let time = exit.map(|exit| span(exit.at - first)).filter(|time| time != "0 s");
    let time = time.map(|time| format!(" in {time}")).unwrap_or_default();
    let times = if attempts == 1 { "once".to_owned() } else { format!("{attempts} times") };
    let last = exit.map(|exit| format!(", last {}", exit.manner())).unwrap_or_default();
    format!("Crashed {times}{time}{last}")
}

fn differs(sync: &Sync) -> String {
    let drifts = sync.drifts();
    let mut levels: Vec<&str> = drifts.iter().map(|drift| drift.level.label()).collect();
    levels.dedup();
    let noun = if drifts.len() == 1 { "difference" } else { "differences" };
    format!("{} {noun}: {}", drifts.len(), levels.join(", "))
}

#[cfg(test)]
mod tests;
