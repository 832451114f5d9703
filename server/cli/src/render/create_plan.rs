//! The plan of a create.

use model::{CommitInfo, CreatePlan, Hostname, SecretName};

use super::facts;

/// What would be made, and that nothing was.
pub fn page(plan: &CreatePlan) -> String {
    let steps: Vec<String> =
        plan.steps.iter().enumerate().map(|(at, step)| format!("  {}. {}", at + 1, step.title())).collect();
    format!(
        "{} can be created. Nothing was changed.\n{}\nSteps\n{}",
        plan.id,
        table(plan).trim_end(),
        steps.join("\n")
    )
}

fn table(plan: &CreatePlan) -> String {
    let schema = &plan.schema_ref;
    let aliases: Vec<&str> = plan.aliases.iter().map(Hostname::as_str).collect();
    let named = (plan.display_name != plan.id.as_str()).then(|| plan.display_name.clone());
    facts([
        ("Project", Some(plan.id.to_string())),
        ("Display name", named),
        ("Class", Some(plan.class.to_string())),
        ("Labels", (!plan.labels.is_empty()).then(|| plan.labels.to_string())),
        ("Address", Some(plan.address.clone().unwrap_or_else(|| "no hostname".into()))),
        ("Aliases", (!aliases.is_empty()).then(|| aliases.join(", "))),
        ("Schema", Some(format!("{} at {} of {}", schema.path(), schema.commit().short(), schema.repo()))),
        ("Commit", Some(plan.commit.as_ref().map_or_else(|| "not read yet".into(), commit))),
        ("Release", Some(plan.release.as_ref().map_or_else(|| "of the fleet".into(), ToString::to_string))),
        ("Limits", Some(format!("{}, {} restart attempts", plan.limits.instance, plan.limits.restarts))),
        ("Database", Some(database(plan))),
        ("Connections", Some(connections(plan))),
        ("Generated secrets", Some(names(&plan.generated_secrets))),
        ("Secrets to set", (!plan.unset_secrets.is_empty()).then(|| names(&plan.unset_secrets))),
        ("First admin", plan.first_admin.as_ref().map(ToString::to_string)),
    ])
}

fn commit(commit: &CommitInfo) -> String {
    format!("{} ({})", commit.summary, commit.author)
}

fn database(plan: &CreatePlan) -> String {
    let reused = if plan.database_reused { ", retained" } else { "" };
    format!("{} on {}{reused}", plan.database, plan.database_server)
}

fn connections(plan: &CreatePlan) -> String {
    format!(
        "pool of {}, {} free on {} afterwards",
        plan.pool_size, plan.connections_free, plan.database_server
    )
}

fn names(names: &[SecretName]) -> String {
    if names.is_empty() {
        return "none".into();
    }
    names.iter().map(SecretName::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
