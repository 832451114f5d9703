//! The entry of a project whose backups need a person.

use leptos::prelude::*;
use model::{Action, BackupFault, BackupFaultKind, Project, Target};

use crate::components::{Icon, When};
use crate::session::may;

/// Tone and icon of a fault.
pub(super) const fn tone_and_icon(kind: BackupFaultKind) -> (&'static str, &'static str) {
    match kind {
        BackupFaultKind::Failed | BackupFaultKind::NotProved => ("bad", "down"),
        BackupFaultKind::Overdue => ("warn", "unverified"),
    }
}

/// What is left to restore from.
pub(super) fn proved(fault: &BackupFault) -> AnyView {
    match fault.verified_at {
        Some(at) => view! { "The newest verified backup was taken "<When at/>"." }.into_any(),
        None => view! { "There is no verified backup." }.into_any(),
    }
}

/// The entry: what happened, what can be restored, since when, and the pages that say more.
pub(super) fn backup_fault(project: &Project, fault: &BackupFault) -> AnyView {
    let id = &project.id;
    let (tone, icon) = tone_and_icon(fault.kind);
    let why = fault.operation_id.filter(|_| may(Action::OperationView, Target::Project(id))).map(|operation| {
        let label = format!("Read why: backup of {id}");
        view! { <a class="button" data-size="s" href=format!("/operations/{operation}") aria-label=label>"Read why"</a> }
    });
    let backups = format!("/projects/{id}/backups");
    view! {
        <li data-tone=tone data-row=format!("backups {id}")>
            <Icon name=icon/>
            <a class="strong" href=format!("/projects/{id}")>{project.display_name.clone()}</a>
            <p title=fault.what.clone()>{fault.what.clone()}<span class="faint">{proved(fault)}</span></p>
            <span class="since soft">"since "<When at=fault.since/></span>
            <div class="buttons">
                {why}
                <a class="button" data-size="s" href=backups aria-label=format!("Backups: {id}")>"Backups"</a>
            </div>
        </li>
    }
    .into_any()
}
