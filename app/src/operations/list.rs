//! Operations, one a row.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Operation, OperationKind, Page};

use super::api::get_operations;
use crate::components::{Elapsed, Empty, Load, OperationMark, PageHead, Pager, Table, When};
use crate::live::{Watch, version};
use crate::text::sentence;

/// What an operation does, as a heading: `Create crm`.
pub(super) fn title(operation: &Operation) -> String {
    let verb = match operation.kind {
        OperationKind::Secret => "Take a secret into use in",
        OperationKind::Deploy => "Change the commit of",
        OperationKind::Converge => "Repair",
        kind => return format!("{} {}", sentence(kind.as_str()), operation.project_id),
    };
    format!("{verb} {}", operation.project_id)
}

/// The page of all operations.
#[component]
pub(crate) fn OperationsPage() -> impl IntoView {
    let query = use_query_map();
    let before = Memo::new(move |_| query.read().get("before").and_then(|id| id.parse().ok()));
    let version = version(Watch::Fleet);
    let operations =
        Resource::new(move || (version.get(), before.get()), |(_, before)| get_operations(None, before));
    let list = move |page| view! { <OperationList page path="/operations" newest=before.get_untracked().is_none()/> };
    view! {
        <div class="page" data-page="operations">
            <PageHead title="Operations"/>
            <Load data=operations main=true children=list/>
        </div>
    }
    .into_any()
}

/// A part of the list, with the way to the older part.
#[component]
pub(crate) fn OperationList(
    page: Page<Operation>,
    #[prop(into)] path: String,
    newest: bool,
) -> impl IntoView {
    view! {
        <OperationRows operations=page.items/>
        <Pager path next=page.next_cursor newest/>
    }
    .into_any()
}

/// The rows themselves.
#[component]
pub(crate) fn OperationRows(operations: Vec<Operation>) -> impl IntoView {
    if operations.is_empty() {
        return view! {
            <Empty icon="play" title="No operation yet"
                detail="Whatever is asked for in the dashboard, by the API or by atomoctl is followed here, step by step."/>
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
