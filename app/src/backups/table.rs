//! The table of the backups of one project, newest first.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Backup, BackupState, Target};
use time::OffsetDateTime;

use super::api::VerifyBackup;
use super::proof::{BackupMark, Mark, kind, proof, taken};
use crate::components::{Elapsed, Empty, Figure, Guarded, PostButton, Table, When};
use crate::session::may;
use crate::text::{NONE, minute, took_ms};

const HEADS: &[&str] = &["Taken", "State", "Reason", "Proof", "Size", "Duration", "Actions"];

/// The table, or why it is empty.
#[component]
pub(super) fn BackupRows(backups: Vec<Backup>) -> impl IntoView {
    if backups.is_empty() {
        return view! {
            <Empty icon="archive" title="No backup yet"
                detail="A backup has the database, the uploads, the schema file and the settings of one moment. It is taken while the project runs."/>
        }
        .into_any();
    }
    let rows = backups.into_iter().map(|backup| view! { <Row backup/> }).collect_view();
    view! { <Table label="Backups, newest first" heads=HEADS figures=&["Size", "Duration"] stack=true>{rows}</Table> }
        .into_any()
}

#[component]
fn Row(backup: Backup) -> impl IntoView {
    let (id, project) = (backup.id.to_string(), backup.project_id.to_string());
    let page = format!("/projects/{project}/backups/{id}");
    let mark = Mark::of(&backup);
    let tone = (mark == Mark::NotProved || mark == Mark::Failed).then_some("bad");
    let proof = proof(&backup, OffsetDateTime::now_utc());
    let (state, acts) = (backup.state.to_string(), view! { <Acts backup=backup.clone()/> });
    view! {
        <tr data-row=id data-state=state>
            <th scope="row"><a class="row-link" href=page><When at=taken(&backup)/></a></th>
            <td><BackupMark mark/></td>
            <td class="soft">
                {kind(backup.kind)}
                <small>{backup.actor.label()}", "<a class="link" href=format!("/operations/{}", backup.operation_id)>"operation"</a></small>
            </td>
            <td class="proof" data-tone=tone>{proof}</td>
            <td class="num">
                {backup.database_bytes.map(|size| view! { <Figure text=size.to_string()/> })}
                {backup.stored_bytes.map(|size| view! { <small>{format!("archive {size}")}</small> })}
            </td>
            <td class="num soft">{duration(&backup)}</td>
            <td><div class="buttons row-buttons">{acts}</div></td>
        </tr>
    }
    .into_any()
}

/// How long it took, or how long it has been running.
pub(super) fn duration(backup: &Backup) -> AnyView {
    match (backup.duration_ms(), backup.state) {
        (Some(millis), _) => view! { <Figure text=took_ms(millis)/> }.into_any(),
        (None, BackupState::Running) => view! { <Elapsed from=backup.started_at to=None/> }.into_any(),
        (None, _) => NONE.into_any(),
    }
}

/// The buttons that apply to the state of a backup and that the caller may use.
#[component]
pub(super) fn Acts(
    backup: Backup,
    /// `s` inside table rows.
    #[prop(default = "s")]
    size: &'static str,
) -> impl IntoView {
    let (id, at) = (backup.id.to_string(), minute(taken(&backup)));
    let page = format!("/projects/{}/backups/{id}", backup.project_id);
    let is_complete = backup.state == BackupState::Complete;
    let shows = |action, applies: bool| applies && may(action, Target::Project(&backup.project_id));
    let verify = shows(Action::BackupVerify, is_complete).then(|| {
        let (fields, label) = (vec![("id", id)], format!("Verify the backup of {at}"));
        view! { <PostButton action=VerifyBackup::url() fields text="Verify" busy="Verifying" label size/> }
    });
    let restore = shows(Action::BackupRestore, is_complete).then(|| {
        let (href, label) = (format!("{page}/restore"), format!("Restore the backup of {at}"));
        view! { <Guarded href text="Restore" label size/> }
    });
    let restore_new = shows(Action::BackupRestoreNew, is_complete && size != "s").then(|| {
        let (href, label) =
            (format!("{page}/restore-new"), format!("Restore the backup of {at} as a new project"));
        view! { <Guarded href text="Restore as new project" label size/> }
    });
    let tables = shows(Action::BackupRestoreTables, is_complete && size != "s").then(|| {
        let (href, label) = (format!("{page}/tables"), format!("Restore tables of the backup of {at}"));
        view! { <Guarded href text="Restore tables" label size/> }
    });
    let is_removable = matches!(backup.state, BackupState::Complete | BackupState::Failed);
    let remove = shows(Action::BackupRemove, is_removable).then(|| {
        let (href, label) = (format!("{page}/remove"), format!("Remove the backup of {at}"));
        view! { <Guarded href text="Remove" label kind="danger" size/> }
    });
    view! { {restore}{restore_new}{tables}{verify}{remove} }.into_any()
}
