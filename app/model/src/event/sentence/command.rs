//! What callers did.

use super::facts::{Facts, count, listed, schema};
use super::{backup, delete, deploy, drift, edit};
use crate::Action;

/// What a command did; `None` for an action that is never recorded.
#[rustfmt::skip]
pub(super) fn sentence(action: Action, facts: Facts<'_>) -> Option<String> {
    use Action as A;
    match action {
        A::ProjectCreate | A::ProjectEdit | A::ProjectDeploy | A::ProjectRelease | A::ProjectLimits | A::ProjectEdge
        | A::ProjectProtect | A::ProjectStart | A::ProjectStop | A::ProjectRestart | A::ProjectDelete | A::ProjectAdminPassword
        | A::SecretPut => Some(of_project(action, facts)),
        A::BackupCreate | A::BackupVerify | A::BackupRestore | A::BackupUndo | A::BackupSchedule | A::BackupRemove | A::BackupDownload
        | A::BackupRestoreNew | A::BackupRestoreTables | A::BackupUpload | A::ProjectClone | A::ProjectExpiry
        | A::DatabaseDrop | A::FleetBackupCreate | A::FleetBackupRemove | A::RecoveryKeyMake => Some(backup::sentence(action, facts)),
        A::ProjectDrop | A::ProjectDropApprove | A::ProjectUndelete => Some(delete::sentence(action, facts)),
        A::ProposalDismiss => Some(deploy::proposal("dismissed", facts)),
        A::DriftAccept | A::DriftFix | A::DriftSnooze => Some(drift::sentence(action, facts)),
        A::OperationCancel | A::OrphanRemove | A::RetainedDatabaseRemove | A::GatewayEdge | A::RepositoryAdd
        | A::RepositoryRemove | A::RepositoryWebhook | A::ImageRegistryAdd | A::ImageRegistryRemove | A::SecretsMigrate
        | A::SecretsRemoveSource => Some(of_fleet(action, facts)),
        A::TokenCreate | A::TokenCreateForOther | A::TokenRevoke | A::OperatorCreate | A::OperatorReset => {
            Some(of_operator(action, facts))
        }
        // they change nothing; the event of a retry has the action of the command that is retried
        A::AlertView | A::ProjectView | A::ProjectLogs | A::SecretView | A::OperationView | A::OperationRetry
        | A::BackupView | A::DriftView | A::DriftCheck | A::DeleteRequestView | A::RetainedDatabaseView | A::DatabaseServerView | A::FleetView | A::GatewayView | A::RepositoryView
        | A::RepositoryBrowse | A::ImageRegistryView | A::OrphanView | A::AuditView | A::AuditVerify
        | A::TokenView | A::FleetBackupView => None,
    }
}

fn of_project(action: Action, facts: Facts<'_>) -> String {
    if facts.value("retry_of").is_some() {
        return format!("{} retried", noun(action));
    }
    match action {
        Action::ProjectCreate => created(facts),
        Action::ProjectStart => "Start requested".to_owned(),
        Action::ProjectStop => "Stop requested".to_owned(),
        Action::ProjectRestart => "Restart requested".to_owned(),
        Action::ProjectDelete => {
            "Deletion requested; database, secrets and media will be retained".to_owned()
        }
        Action::ProjectAdminPassword => "Password of the first admin shown".to_owned(),
        Action::SecretPut => secret(facts),
        _ => deploy::requested(facts).unwrap_or_else(|| edit::sentence(facts)),
    }
}

fn of_fleet(action: Action, facts: Facts<'_>) -> String {
    match action {
        Action::OperationCancel => cancelled(facts),
        Action::OrphanRemove => orphan(facts),
        Action::RetainedDatabaseRemove => {
            format!("Entry of the retained database{} removed", name(facts, "database"))
        }
        Action::GatewayEdge => edit::fleet_edge(facts),
        Action::RepositoryAdd => {
            let credential = if facts.is("credential") { " with a credential" } else { "" };
            format!("Repository{} added{credential}", name(facts, "url"))
        }
        Action::RepositoryRemove => format!("Repository{} removed", name(facts, "url")),
        Action::RepositoryWebhook => {
            let done = facts.text("webhook").unwrap_or("changed");
            format!("Webhook of the repository{} {done}", name(facts, "url"))
        }
        Action::ImageRegistryAdd if facts.is("replaced") => {
            format!("Credential of the image registry{} replaced{}", name(facts, "host"), user(facts))
        }
        Action::ImageRegistryAdd => format!("Image registry{} added{}", name(facts, "host"), user(facts)),
        Action::ImageRegistryRemove => format!("Image registry{} removed", name(facts, "host")),
        Action::SecretsMigrate => migrated(facts),
        _ => source_removed(facts),
    }
}

fn of_operator(action: Action, facts: Facts<'_>) -> String {
    match action {
        Action::TokenCreate => format!("Token{} created", name(facts, "name")),
        Action::TokenCreateForOther => {
            let owner = facts.text("email").map(|email| format!(" for {email}")).unwrap_or_default();
            format!("Token{} created{owner}", name(facts, "name"))
        }
        Action::TokenRevoke => format!("Token{} revoked", name(facts, "name")),
        Action::OperatorCreate => {
            let role = facts.text("role").map(|role| format!(" with the role {role}")).unwrap_or_default();
            format!("Operator{} created{role}", name(facts, "email"))
        }
        _ => format!("Password of the operator{} reset; sessions and tokens ended", name(facts, "email")),
    }
}

/// The name of what a command changed, behind a space; nothing if the detail has none.
fn name(facts: Facts<'_>, fact: &str) -> String {
    facts.text(fact).map(|name| format!(" {name}")).unwrap_or_default()
}

/// A command as a noun, for its retry.
const fn noun(action: Action) -> &'static str {
    match action {
        Action::ProjectCreate => "Create",
        Action::ProjectStart => "Start",
        Action::ProjectStop => "Stop",
        Action::ProjectRestart => "Restart",
        Action::ProjectDelete => "Deletion",
        Action::ProjectDeploy => "Change of the commit",
        Action::ProjectRelease => "Change of the release",
        Action::ProjectLimits => "Change of the limits",
        Action::SecretPut => "Change of a secret",
        _ => "Edit",
    }
}

fn created(facts: Facts<'_>) -> String {
    let source = schema(facts.within("schema_ref")).map(|schema| format!(" from {schema}"));
    let database = if facts.is("reuse_database") { " with its retained database" } else { "" };
    format!("Created{}{database}", source.unwrap_or_default())
}

fn secret(facts: Facts<'_>) -> String {
    let version = facts.number("version").map(|version| format!(", version {version}"));
    format!("Secret{} set{}", name(facts, "name"), version.unwrap_or_default())
}

fn cancelled(facts: Facts<'_>) -> String {
    let job = match facts.text("kind") {
        Some("orphan_remove") => "the removal of the orphan".to_owned(),
        Some("fleet_backup") => "the backup of the control plane".to_owned(),
        Some("secrets_migrate") => "the migration of the secrets".to_owned(),
        Some(kind) => format!("the job {}", kind.replace('_', " ")),
        None => "a job".to_owned(),
    };
    format!("Cancellation of {job} requested")
}

/// The instance and the routes that an orphan had.
fn orphan(facts: Facts<'_>) -> String {
    let instance = facts.text("address").map(|address| format!("instance at {address}"));
    let hosts = facts.texts("hosts");
    let routes = (!hosts.is_empty()).then(|| format!("routes {}", listed(&hosts)));
    let parts: Vec<String> = [instance, routes].into_iter().flatten().collect();
    if parts.is_empty() {
        "Removal of the orphan requested".to_owned()
    } else {
        format!("Removal of the orphan requested: {}", parts.join(", "))
    }
}

fn user(facts: Facts<'_>) -> String {
    facts.text("username").map(|user| format!(", user {user}")).unwrap_or_default()
}

/// The migration is recorded when its job begins, which names the stores in `input`, and when the references are switched.
fn migrated(facts: Facts<'_>) -> String {
    let Some(secrets) = facts.number("secrets") else {
        return format!("Migration of the secrets{} started", stores(facts.within("input")));
    };
    format!("Secrets migrated{}: {}", stores(facts), count(secrets, "secret", "secrets"))
}

/// Recorded when its job begins and before the first secret is removed.
fn source_removed(facts: Facts<'_>) -> String {
    let from = |facts: Facts<'_>| facts.text("from").map(|store| format!(" {store}")).unwrap_or_default();
    let Some(secrets) = facts.number("secrets") else {
        let store = from(facts.within("input"));
        return format!("Removal of the migrated secrets from the former store{store} started");
    };
    let secrets = count(secrets, "secret", "secrets");
    format!("Migrated secrets removed from the former store{}: {secrets}", from(facts))
}

fn stores(facts: Facts<'_>) -> String {
    match (facts.text("from"), facts.text("to")) {
        (Some(from), Some(to)) => format!(" from {from} to {to}"),
        _ => String::new(),
    }
}
