//! Removal of a backup with its archive.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Backup, Target};

use super::api::RemoveBackup;
use super::one::backup;
use super::proof::{Mark, taken};
use crate::components::{Confirm, PostButton, main_content};
use crate::document::Document;
use crate::projects::ProjectPage;
use crate::session::permitted;
use crate::text::minute;

/// The confirmation page.
pub(crate) async fn remove_backup_page() -> Document {
    let (page, backup) = futures::join!(ProjectPage::load(), backup());
    page.document_with("Remove a backup of ", |_| {
        let question = main_content(backup, true, |backup| question(&backup));
        view! { <div class="page" data-page="confirm">{question}</div> }
    })
}

fn question(backup: &Backup) -> AnyView {
    permitted(Action::BackupRemove, Target::Project(&backup.project_id), || {
        let (id, at) = (&backup.project_id, minute(taken(backup)));
        let fields = vec![("id", backup.id.to_string()), ("project", id.to_string())];
        let text = format!("Remove the backup of {at}");
        view! {
            <Confirm question=format!("Remove the backup of {id} of {at} UTC?") will=removes(backup) back=format!("/projects/{id}/backups")>
                <PostButton action=RemoveBackup::url() fields text busy="Removing" kind="destroy"/>
            </Confirm>
        }
        .into_any()
    })
}

fn removes(backup: &Backup) -> Vec<String> {
    let size = backup.stored_bytes.map(|size| format!(" ({size})")).unwrap_or_default();
    let mut lines = if Mark::of(backup) == Mark::Failed {
        vec!["The entry is marked as removed. There is no archive.".to_owned()]
    } else {
        vec![format!("The archive{size} is deleted from {}.", backup.archive)]
    };
    if Mark::of(backup) == Mark::Verified {
        lines.push("The backup is verified. Check that another one is before it is removed.".to_owned());
    }
    lines.push("Nothing of the project is changed.".to_owned());
    lines.push("This cannot be undone.".to_owned());
    lines
}
