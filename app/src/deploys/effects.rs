//! What a deploy does, in order, before the click.

use model::{DeployKind, DeployPlan};

use crate::text::{minute, took_ms};

/// The sentences.
pub(super) fn effects(plan: &DeployPlan) -> Vec<String> {
    let (id, commit) = (&plan.project_id, plan.to.schema_ref.commit().short());
    let former = plan.from.schema_ref.commit().short();
    let pause = match plan.last_pause_ms {
        Some(millis) => format!("the last deploy took {} for it", took_ms(millis)),
        None => "no deploy was measured yet".to_owned(),
    };
    let mut lines = vec![
        "A backup is taken while the project runs, unless you choose otherwise.".to_owned(),
        format!(
            "The file at {commit} is written beside the present one and the instance is replaced; the gateway holds requests meanwhile ({pause})."
        ),
        format!(
            "The running server and its database are compared with the schema. If anything fails, {id} gets {former} again."
        ),
    ];
    lines.push(match plan.kind {
        DeployKind::Rollback => {
            "This version ran before. The schema goes back, the data stays as it is: columns that were added since stay.".to_owned()
        }
        DeployKind::Deploy => {
            format!("For {} h after it, the deploy can be undone together with its data, if a backup was taken.", plan.undo_hours)
        }
    });
    lines
}

/// The note of the checkbox for the backup.
pub(super) fn backup_note(plan: &DeployPlan) -> String {
    let newest = plan.backup.map_or_else(
        || "There is no verified backup.".to_owned(),
        |backup| format!("The newest verified one is of {} UTC.", minute(backup.taken_at)),
    );
    match plan.gate.backup_hours {
        Some(hours) => format!(
            "{newest} Without a backup, it may not be older than {hours} h: the change can cost data."
        ),
        None => newest,
    }
}
