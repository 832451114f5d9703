//! The plan of a create.

use model::{CommitInfo, CreatePlan, SecretName};

use super::facts;
use super::project::described;

/// What would be made, and that nothing was.
pub fn page(plan: &CreatePlan) -> String {
    let steps: Vec<String> =
        plan.steps.iter().enumerate().map(|(at, step)| format!("  {}. {}", at + 1, step.title())).collect();
    format!(
        "{} can be created. Nothing was changed.\n{}\nSteps\n{}",
        plan.project.id,
        table(plan).trim_end(),
        steps.join("\n")
    )
}

fn table(plan: &CreatePlan) -> String {
    let project = &plan.project;
    let (release, limits) = (project.release.as_ref(), project.limits);
    let made = [
        ("Address", Some(project.address.clone().unwrap_or_else(|| "no hostname".into()))),
        ("Commit", Some(plan.commit.as_ref().map_or_else(|| "not read yet".into(), commit))),
        ("Release", Some(release.map_or_else(|| "the fleet default".into(), ToString::to_string))),
        ("Limits", Some(format!("{}, {} restart attempts", limits.instance, limits.restarts))),
        ("Database", Some(database(plan))),
        ("Connections", Some(connections(plan))),
        ("Generated secrets", Some(names(&plan.generated_secrets))),
        ("Secrets to set", unset(plan.unset_secrets.as_deref())),
        ("First admin", project.first_admin.as_ref().map(|admin| admin.email.to_string())),
    ];
    facts(described(project).into_iter().chain(made))
}

fn commit(commit: &CommitInfo) -> String {
    format!("{} ({})", commit.summary, commit.author)
}

fn database(plan: &CreatePlan) -> String {
    let reused = if plan.database_reused { ", retained" } else { "" };
    format!("{} on {}{reused}", plan.project.id.database(), plan.project.database_server)
}

fn connections(plan: &CreatePlan) -> String {
    let (pool, server) = (plan.project.pool_size, &plan.project.database_server);
    format!("pool of {pool}, {} free on {server} afterwards", plan.connections_free)
}

fn unset(secrets: Option<&[SecretName]>) -> Option<String> {
    match secrets {
        None => Some("not checked: the secret store does not answer".into()),
        Some([]) => None,
        Some(secrets) => Some(names(secrets)),
    }
}

fn names(names: &[SecretName]) -> String {
    if names.is_empty() {
        return "none".into();
    }
    names.iter().map(SecretName::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
