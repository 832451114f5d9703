//! Deletes with the database: previews, requests, the trash.

use model::{DeletePreview, DeleteRequest, DeleteRequestState, Page, ProjectId, TrashedProject, span};
use time::{Duration, OffsetDateTime};

use super::words::ago;
use super::{Fact, facts, problem, table};

/// What a delete with the database does, for the prompt.
pub fn consequence(project: &ProjectId, preview: &DeletePreview) -> String {
    let seconds = |seconds: u64| Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    let approval = if preview.needs_approval {
        "Another operator has to approve it; until then the project runs."
    } else {
        "No approval is needed: it begins at once."
    };
    let backup = if preview.takes_backup {
        "A backup is taken and verified now, and a last one after the instance was stopped."
    } else {
        "A last backup is taken and verified after the instance was stopped."
    };
    format!(
        "This deletes {project} and drops its database {} with secrets and media. {}\n{approval} {backup} \
         Then it is in the trash for {}: atomoctl project undelete {project} brings it back until then.",
        preview.facts.database,
        preview.facts.sentence(),
        span(seconds(preview.trash_s))
    )
}

/// Delete requests.
pub fn requests(page: &Page<DeleteRequest>, now: OffsetDateTime) -> String {
    let row = |request: &DeleteRequest| {
        [
            request.id.to_string(),
            request.project_id.to_string(),
            request.state.to_string(),
            request.actor.label(),
            ago(request.requested_at, now),
            if request.state == DeleteRequestState::Pending {
                ago(request.expires_at, now)
            } else {
                "-".into()
            },
        ]
    };
    let head = ["REQUEST", "PROJECT", "STATE", "BY", "REQUESTED", "EXPIRES"];
    table(head, page.items.iter().map(row), "No delete request.")
}

/// One delete request.
pub fn request(request: &DeleteRequest, now: OffsetDateTime) -> String {
    let shown = &request.shown;
    let hosts: Vec<String> = shown.hostnames.iter().map(ToString::to_string).collect();
    let decided = request.decided_by.as_ref().zip(request.decided_at);
    let pending = request.state == DeleteRequestState::Pending;
    let lines: [Fact; 14] = [
        ("request", Some(request.id.to_string())),
        ("project", Some(request.project_id.to_string())),
        ("state", Some(next(request))),
        ("requested", Some(format!("{}, by {}", ago(request.requested_at, now), request.actor.label()))),
        ("expires", pending.then(|| ago(request.expires_at, now))),
        ("destroys", Some(shown.sentence())),
        ("database", Some(shown.database.clone())),
        ("hostnames", (!hosts.is_empty()).then(|| hosts.join(", "))),
        ("media", shown.media_bytes.map(|bytes| bytes.to_string())),
        ("secrets", shown.secrets.map(|secrets| secrets.to_string())),
        (
            "backups",
            Some(format!("{}, {}; they stay for their retention", shown.backups, shown.backup_bytes)),
        ),
        ("rests on", Some(format!("backup {}", request.backup_id))),
        ("decided", decided.map(|(actor, at)| format!("{}, by {}", ago(at, now), actor.label()))),
        ("reason", request.reason.clone()),
    ];
    let operation = request.operation_id.map(|id| format!("operation  {id}\n")).unwrap_or_default();
    let text = format!("{}{operation}", facts(lines));
    match &request.problem {
        Some(found) => format!("{text}\n{}", problem::text(found)),
        None => text,
    }
}

/// The state, and what happens next.
fn next(request: &DeleteRequest) -> String {
    let next = match request.state {
        DeleteRequestState::Pending => "another operator has to approve it",
        DeleteRequestState::Approved => "begins when its backup is verified",
        DeleteRequestState::Executing => "the last backup is taken and proved",
        DeleteRequestState::Executed => "the project is in the trash",
        DeleteRequestState::Refused | DeleteRequestState::Withdrawn | DeleteRequestState::Expired => {
            "nothing was changed"
        }
        DeleteRequestState::Failed => "the project is not deleted",
    };
    format!("{}: {next}", request.state)
}

/// The trash.
pub fn trash(page: &Page<TrashedProject>, now: OffsetDateTime) -> String {
    let row = |project: &TrashedProject| {
        [
            project.project_id.to_string(),
            project.database.clone(),
            project.bytes.map_or_else(|| "-".into(), |bytes| bytes.to_string()),
            ago(project.deleted_at, now),
            ago(project.drop_after, now),
        ]
    };
    let head = ["PROJECT", "DATABASE", "SIZE", "DELETED", "DROPPED"];
    table(head, page.items.iter().map(row), "The trash is empty.")
}
