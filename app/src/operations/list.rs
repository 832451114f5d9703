//! The table of operations.

use leptos::prelude::*;
use model::{Operation, OperationKind};

use super::api::get_operations;
use crate::components::{
    Elapsed, Empty, OperationMark, PageHead, PagedList, Table, When, cursor, main_content,
};
use crate::document::{Document, Subject};
use crate::text::sentence;

/// The title of an operation: `Create crm`.
pub(super) fn title(operation: &Operation) -> String {
    let verb = match operation.kind {
        OperationKind::Secret => "Apply a secret in",
        OperationKind::Deploy => "Change the commit of",
        OperationKind::Limits => "Change the limits of",
        OperationKind::Release => "Change the release of",
        OperationKind::Converge => "Reconcile",
        OperationKind::OrphanRemove => "Remove the orphan",
        OperationKind::SecretsMigrate => "Move the secrets of",
        kind => return format!("{} {}", sentence(kind.as_str()), operation.subject()),
    };
    format!("{verb} {}", operation.subject())
}

/// The page of all operations.
pub(crate) async fn operations_page() -> Document {
    let operations = get_operations(None, cursor()).await;
    let content = view! {
        <div class="page" data-page="operations">
            <PageHead title="Operations"/>
            {main_content(operations, true, |page| view! {
                <PagedList path="/operations" next=page.next_cursor>
                    <OperationRows operations=page.items/>
                </PagedList>
            })}
        </div>
    };
    Document::new("Operations", Subject::Fleet, content)
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
    view! { <Table label="Operations, newest first" heads=&["Outcome", "Operation", "Requested by", "Duration", "When"]>{rows}</Table> }.into_any()
}

#[component]
fn Row(operation: Operation) -> impl IntoView {
    let duration = operation.started_at.map(|from| view! { <Elapsed from to=operation.finished_at/> });
    view! {
        <tr data-row=operation.id.to_string()>
            <td><OperationMark operation=operation.clone()/></td>
            <th scope="row"><a class="row-link" href=format!("/operations/{}", operation.id)>{title(&operation)}</a></th>
            <td class="soft">{operation.actor.label()}</td>
            <td class="nowrap">{duration}</td>
            <td class="soft"><When at=operation.requested_at/></td>
        </tr>
    }
    .into_any()
}
