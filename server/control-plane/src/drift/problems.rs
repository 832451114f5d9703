//! Refusals of decisions about drift.

use model::{DriftFinding, Problem, ProblemKind, ProjectId};

pub(super) fn not_checked(id: &ProjectId) -> Problem {
    let detail = format!("{id} was not checked within 20 s. The check goes on; look again in a moment.");
    Problem::new(ProblemKind::Unavailable, "The check is not done yet", detail)
}

pub(super) fn no_engine() -> Problem {
    let detail = "Nothing was checked. This process does not hold the engine lock; the one that holds it checks projects.";
    Problem::new(ProblemKind::Unavailable, "Nothing can be checked now", detail)
}

pub(super) fn resolved(finding: &DriftFinding) -> Problem {
    let detail = format!(
        "Nothing was changed. {} of {} is what was declared by now, or differs in something else. Check again.",
        finding.level.label(),
        finding.project_id
    );
    Problem::new(ProblemKind::Conflict, "The finding is not as it was shown", detail)
}

pub(super) fn closed_by_engine(finding: &DriftFinding) -> Problem {
    let detail = format!(
        "Nothing was changed. The control plane brings this level of {} back to what is declared by itself. Change the project \
         instead: its commit, its environment, its limits or its hostnames.",
        finding.project_id
    );
    Problem::new(ProblemKind::Conflict, "This level cannot be accepted", detail)
}

pub(super) fn unreadable(finding: &DriftFinding, reason: &str) -> Problem {
    let detail = format!(
        "Nothing was changed. {} of {} could not be read: {reason}. Try again when it can be.",
        finding.level.label(),
        finding.project_id
    );
    Problem::new(ProblemKind::Unavailable, "What is to be accepted cannot be read", detail)
}
