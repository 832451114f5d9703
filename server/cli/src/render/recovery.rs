//! The times to which a project can be restored.

use model::{PointInTimeDraft, ProjectId, ProjectRecovery};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::words::ago;
use super::{Fact, facts};

/// The windows of a project.
pub fn page(recovery: &ProjectRecovery, now: OffsetDateTime) -> String {
    let ProjectRecovery { project_id, database_server, archived, windows, problems } = recovery;
    if !archived {
        return format!(
            "The write-ahead log of the database server {database_server} is not archived, so {project_id} can be restored to its \
             backups only. Name the server in ATOMO_FLEET_WAL_ARCHIVE."
        );
    }
    let mut text = match windows.as_slice() {
        [] => {
            format!("{project_id} cannot be restored to a time yet: the first base backup is not complete.")
        }
        all => {
            let lines = all.iter().map(|window| {
                let lines: [Fact; 2] = [
                    ("from", Some(format!("{} ({})", second(window.earliest), ago(window.earliest, now)))),
                    ("to", Some(format!("{} ({})", second(window.latest), ago(window.latest, now)))),
                ];
                facts(lines)
            });
            lines.collect::<Vec<_>>().join("\n\n")
        }
    };
    for problem in problems {
        text.push_str("\n\n");
        text.push_str(problem);
    }
    text
}

/// What a restore to a time does.
pub fn consequence(project: &ProjectId, draft: &PointInTimeDraft) -> String {
    let first = if draft.backup_first {
        "A backup of the present data is taken first."
    } else {
        "No backup of the present data is taken first."
    };
    format!(
        "This replaces the database of {project} by what it was at {}. Uploads stay as they are. What was written since is no longer in \
         use; the present database is kept for an undo. {first}",
        draft.at
    )
}

fn second(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}
