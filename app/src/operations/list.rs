//! The table of operations.

use leptos::prelude::*;
use model::{Operation, OperationKind};

use super::api::get_operations;
use crate::components::{Elapsed, Empty, OperationMark, PageHead, Parts, Table, When, part_before};
use crate::data::fetched;
use crate::live::{Watch, version};
use crate::text::sentence;

/// The title of an operation: `Create crm`.
pub(super) fn title(operation: &Operation) -> String {
    let verb = match operation.kind {
        OperationKind::Secret => "Apply a secret in",
        OperationKind::Deploy => "Change the commit of",
        OperationKind::Limits => "Change the limits of",
        OperationKind::Release => "Change the release of",
        OperationKind::Converge => "Repair",
        OperationKind::OrphanRemove => "Remove the orphan",
        OperationKind::SecretsMigrate => "Move the secrets of",
        kind => return format!("{} {}", sentence(kind.as_str()), operation.subject()),
    };
    format!("{verb} {}", operation.subject())
}

/// The page of all operations.
#[component]
pub(crate) fn OperationsPage() -> impl IntoView {
    let before = part_before();
    let version = version(Watch::Fleet);
    let operations =
        fetched(move || (version.get(), before.get()), |(_, before)| get_operations(None, before));
    let rows = |operations: Vec<Operation>| view! { <OperationRows operations/> };
    view! {
        <div class="page" data-page="operations">
            <PageHead title="Operations"/>
            <Parts data=operations before path="/operations" rows/>
        </div>
    }
    .into_any()
}

/// Operations, newest first.
#[component]
pub(crate) fn OperationRows(operations: Vec<Operation>) -> impl IntoView {
    if operations.is_empty() {
        return view! {
            <Empty icon="play" title="No operation yet"
                detail="Every command of dashboard, API and atomoctl is listed here with its steps."/>
        }
        .into_any();
    }
    let rows = operations.into_iter().map(|operation| view! { <Row operation/> }).collect_view();
    view! { <Table label="Operations, newest first" heads=&["Outcome", "Operation", "Asked by", "Took", "When"]>{rows}</Table> }.into_any()
}

#[component]
fn Row(operation: Operation) -> impl IntoView {
    let took = operation.started_at.map(|from| view! { <Elapsed from to=operation.finished_at/> });
    view! {
        <tr>
            <td><OperationMark operation=operation.clone()/></td>
            <th scope="row"><a class="row-link" href=format!("/operations/{}", operation.id)>{title(&operation)}</a></th>
            <td class="soft">{operation.actor.label()}</td>
            <td class="nowrap">{took}</td>
            <td class="soft"><When at=operation.requested_at/></td>
        </tr>
    }
    .into_any()
}
