//! Simple lists.

use model::{
    ApiToken, AuditVerdict, CommitInfo, ImageRegistry, LogLine, LogStream, NewWebhook, Orphan, Page,
    ProjectEvent, Repository, RepositoryContents, RetainedDatabase, SecretInfo, Webhook,
};
use time::OffsetDateTime;

use super::words::{ago, plain, until};
use super::{facts, more, table};

/// Events, newest first. `command` requests the next page.
pub fn events(page: &Page<ProjectEvent>, command: &str, now: OffsetDateTime) -> String {
    let row = |event: &ProjectEvent| {
        [
            event.id.to_string(),
            ago(event.at, now),
            event.project_id.as_ref().map_or_else(|| "-".into(), ToString::to_string),
            event.sentence.clone(),
            event.actor.as_ref().map_or_else(|| "-".into(), model::Actor::label),
            event.action.clone(),
        ]
    };
    let rows = page.items.iter().map(row);
    let text = table(["EVENT", "WHEN", "PROJECT", "WHAT", "BY", "ACTION"], rows, "No event.");
    text + &more(command, page.next_cursor.as_deref())
}

/// The result of the verification.
pub fn verdict(verdict: &AuditVerdict) -> String {
    match verdict.broken_at {
        None => format!(
            "The audit trail is intact: {} events, each verified against its predecessor.",
            verdict.rows
        ),
        Some(row) => format!("The audit trail is broken at event {row}."),
    }
}

/// A log line. Lines of standard output have no mark.
pub fn log_line(line: &LogLine) -> String {
    let mark = match line.stream {
        LogStream::Stdout => ' ',
        LogStream::Stderr => '!',
        LogStream::Platform => '#',
    };
    let (h, m, s, ms) = line.at.to_hms_milli();
    format!("{h:02}:{m:02}:{s:02}.{ms:03} {mark} {}", plain(&line.text))
}

/// Names of secrets.
pub fn secrets(page: &Page<SecretInfo>, now: OffsetDateTime) -> String {
    let row = |secret: &SecretInfo| {
        [
            secret.name.to_string(),
            secret.version.to_string(),
            secret.changed_at.map(|at| ago(at, now)).unwrap_or_default(),
            if secret.platform { "the platform".into() } else { "operators".into() },
        ]
    };
    let rows = page.items.iter().map(row);
    table(["SECRET", "VERSION", "CHANGED", "KEPT BY"], rows, "No secrets.")
}

/// Registered repositories.
pub fn repositories(page: &Page<Repository>, now: OffsetDateTime) -> String {
    let row = |repository: &Repository| {
        [
            repository.url.to_string(),
            repository.username.clone().unwrap_or_default(),
            if repository.credential.is_some() { "kept".into() } else { "none".into() },
            if repository.host_key.is_some() { "pinned".into() } else { "-".into() },
            repository.webhook.as_ref().map_or_else(|| "-".into(), |webhook| delivered(webhook, now)),
            ago(repository.created_at, now),
            repository.id.to_string(),
        ]
    };
    let rows = page.items.iter().map(row);
    let empty = "No repository is registered. Add one with: atomoctl repository add URL";
    table(["REPOSITORY", "USER", "CREDENTIAL", "HOST KEY", "WEBHOOK", "ADDED", "ID"], rows, empty)
}

fn delivered(webhook: &Webhook, now: OffsetDateTime) -> String {
    webhook
        .last_delivery_at
        .map_or_else(|| "no delivery".to_owned(), |at| format!("delivered {}", ago(at, now)))
}

/// A new webhook: what is entered at the git host.
pub fn webhook(repository: &Repository, server: &str, made: &NewWebhook) -> String {
    let lines = facts([
        ("Repository", Some(repository.url.to_string())),
        ("Address", Some(format!("{server}{}", made.path))),
        ("Secret", Some(made.secret.clone())),
        ("Content type", Some("application/json".to_owned())),
    ]);
    format!("{lines}\n\nThe secret cannot be shown again. Enter both at the git host, for the event push.")
}

/// The contents of a repository.
pub fn contents(contents: &RepositoryContents) -> String {
    let head = facts([
        ("Branch", contents.default_branch.clone()),
        (
            "Commit",
            Some(contents.head.as_ref().map_or_else(|| "none: it is empty".into(), ToString::to_string)),
        ),
    ]);
    let rows = contents.paths.iter().map(|path| [path.to_string()]);
    format!("{head}\n{}", table(["SCHEMA FILES"], rows, "No .ts file."))
}

/// Commits, as the server orders them.
pub fn commits(page: &Page<CommitInfo>, now: OffsetDateTime) -> String {
    let row = |commit: &CommitInfo| {
        [commit.sha.to_string(), ago(commit.at, now), commit.author.clone(), commit.summary.clone()]
    };
    let rows = page.items.iter().map(row);
    table(["COMMIT", "WHEN", "AUTHOR", "SUMMARY"], rows, "No commit contains this file.")
}

/// Tokens, without their values.
pub fn tokens(page: &Page<ApiToken>, now: OffsetDateTime) -> String {
    let row = |token: &ApiToken| {
        [
            token.name.clone(),
            token.operator.to_string(),
            ago(token.created_at, now),
            token.last_used_at.map_or_else(|| "never".into(), |at| ago(at, now)),
            until(token.expires_at, now),
            token.id.to_string(),
        ]
    };
    let rows = page.items.iter().map(row);
    table(["TOKEN", "OF", "CREATED", "USED", "ENDS", "ID"], rows, "No token.")
}

/// Retained databases.
pub fn retained(page: &Page<RetainedDatabase>, now: OffsetDateTime) -> String {
    let row = |retained: &RetainedDatabase| {
        [
            retained.project_id.to_string(),
            retained.display_name.clone(),
            retained.database.clone(),
            retained.database_server.clone(),
            retained.presence.to_string(),
            retained.bytes.map_or_else(|| "not known".into(), |bytes| bytes.to_string()),
            ago(retained.retained_at, now),
        ]
    };
    let rows = page.items.iter().map(row);
    table(
        ["PROJECT", "NAME", "DATABASE", "SERVER", "STATE", "SIZE", "DELETED"],
        rows,
        "No retained database.",
    )
}

/// Image registries.
pub fn image_registries(page: &Page<ImageRegistry>, now: OffsetDateTime) -> String {
    let row = |registry: &ImageRegistry| {
        [
            registry.host.to_string(),
            registry.username.clone(),
            ago(registry.changed_at, now),
            registry.id.to_string(),
        ]
    };
    let rows = page.items.iter().map(row);
    let empty = "No registry was added: every one is asked without a credential. Add one with: \
                 atomoctl image-registry add HOST --username NAME";
    table(["REGISTRY", "USER", "CREDENTIAL SET", "ID"], rows, empty)
}

/// Orphans.
pub fn orphans(page: &Page<Orphan>, now: OffsetDateTime) -> String {
    let none = || "-".to_owned();
    let row = |orphan: &Orphan| {
        let instance = orphan.instance.as_ref();
        let hosts: Vec<String> = orphan.hosts.iter().map(ToString::to_string).collect();
        [
            orphan.id.to_string(),
            orphan.state(),
            instance.map_or_else(none, |instance| instance.release.clone()),
            instance.map_or_else(none, |instance| instance.address.clone()),
            if hosts.is_empty() { none() } else { hosts.join(" ") },
            instance.map_or_else(none, |instance| ago(instance.started_at, now)),
            orphan.removal.as_ref().map_or_else(none, |removal| {
                format!("{} (atomoctl operation wait {})", plain(&removal.text()), removal.operation)
            }),
        ]
    };
    let rows = page.items.iter().map(row);
    let header = ["PROJECT", "STATE", "RELEASE", "ADDRESS", "ROUTED NAMES", "STARTED", "REMOVAL"];
    table(header, rows, "No orphan.")
}
