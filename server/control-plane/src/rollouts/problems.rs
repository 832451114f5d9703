//! The problems of rollouts.

use model::{Health, Problem, ProblemKind, ProjectId, RolloutId, RolloutState, RolloutTarget};

/// The canary was not healthy.
pub(super) fn not_healthy(id: &ProjectId, health: Health) -> Problem {
    let detail = format!(
        "Its deploy succeeded, and then it was {health}. It still runs the new version. Its page says what is wrong; a roll back gives \
         it its former version again."
    );
    Problem::new(ProblemKind::Refused, format!("{id} did not stay healthy"), detail)
}

/// The deploy ended without a problem: it was cancelled.
pub(super) fn not_deployed(id: &ProjectId) -> Problem {
    let detail = format!("{id} was not changed: its deploy was cancelled.");
    Problem::new(ProblemKind::Refused, "The deploy was cancelled", detail)
}

/// The job was pruned.
pub(super) fn job_gone(id: &ProjectId) -> Problem {
    let detail = format!("It is not known how the deploy of {id} ended. Its page says what it runs.");
    Problem::new(ProblemKind::Refused, "The job of the deploy is gone", detail)
}

/// The same problem with the way to deploy the member by hand.
pub(super) fn by_hand(problem: Problem, id: &ProjectId, target: &RolloutTarget) -> Problem {
    let version = match target {
        RolloutTarget::Schema { schema_ref } => format!("--ref {}", schema_ref.commit()),
        RolloutTarget::Release { release } => format!("--release {release}"),
    };
    let detail = format!(
        "{} To deploy it by hand: atomoctl deploy run {id} {version}. The rollout passes over a project that has the version.",
        problem.detail.trim_end()
    );
    Problem { detail: detail.trim_start().to_owned(), ..problem }
}

/// A member has no commits.
pub(super) fn follows_a_file(id: &ProjectId) -> Problem {
    let message = format!("{id} follows a file of this machine, so there is no commit to roll out.");
    Problem::field("projects", message, "projects whose schema file is in a repository")
}

/// The command does not fit the state.
pub(super) fn not_in_state(id: RolloutId, state: RolloutState, wanted: &str) -> Problem {
    let detail = format!("Nothing was changed. Rollout {id} is {state}. Only a {wanted} one can do this.");
    Problem::new(ProblemKind::Conflict, format!("The rollout is {state}"), detail)
}

/// No project is left.
pub(super) fn no_members() -> Problem {
    let message = "No project fulfils the filter that you may deploy and that has this schema file.";
    Problem::field("projects", message, "1 to 500 projects")
}

/// Too many.
pub(super) fn too_many(count: usize) -> Problem {
    let message = format!("The filter chooses {count} projects or more.");
    Problem::field("projects", message, "at most 500 projects")
}

/// The members do not share one schema file.
pub(super) fn several_files(first: &str, second: &str) -> Problem {
    let message = format!("The projects have several schema files, such as {first} and {second}.");
    Problem::field("path", message, "repository and path of the file that is meant")
}

/// The name is no commit.
pub(super) fn unknown_commit(name: &str) -> Problem {
    let message = format!("\"{name}\" is no commit, branch or tag of the repository.");
    Problem::field("ref", message, "40 hex digits, or a branch or tag of the repository")
}
