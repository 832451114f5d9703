//! The table of operations.

use leptos::prelude::*;
use model::{Operation, OperationKind, ProjectId};

use super::api::get_operations;
use super::filter::{OperationFields, OperationQuery};
use crate::address::Address;
use crate::components::{
    Elapsed, Empty, FilterForm, NothingMatches, OperationMark, PageHead, PagedList, Table, When, cursor,
    main_content,
};
use crate::document::{Document, Subject};
use crate::error::AppError;
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
        OperationKind::BackupCreate => "Back up",
        OperationKind::BackupVerify => "Verify a backup of",
        OperationKind::BackupRestore => "Restore",
        OperationKind::SchemaUpdate => "Deploy",
        OperationKind::RestoreNew => "Restore as a new project:",
        OperationKind::ProjectClone => "Clone into",
        OperationKind::TablesRestore => "Restore tables of",
        OperationKind::RestoreUndo => "Undo the restore of",
        OperationKind::DatabaseDrop => "Drop a former database of",
        OperationKind::FleetBackup => "Back up the control plane of",
        OperationKind::BaseBackup => "Take a base backup for",
        OperationKind::ProjectDrop => "Move to the trash",
        OperationKind::ProjectUndelete => "Bring back",
        OperationKind::SecretsMigrate => "Move the secrets of",
        kind => return format!("{} {}", sentence(kind.as_str()), operation.subject()),
    };
    format!("{verb} {}", operation.subject())
}

/// The page of all operations that the filters of the address admit.
pub(crate) async fn operations_page() -> Document {
    let Address { path, query, .. } = Address::current();
    let query = OperationQuery::of(&query);
    let list = main_content(operations(&query, None, &path).await, true, |list| list);
    let content = view! {
        <div class="page" data-page="operations">
            <PageHead title="Operations"/>
            <FilterForm path label="Filter the operations" is_set=query.is_set()>
                <OperationFields query with_project=true/>
            </FilterForm>
            {list}
        </div>
    };
    Document::new("Operations", Subject::Fleet, content)
}

/// The list on this page, or what is wrong with the filters. `of`: the project of the page.
pub(crate) async fn operations(
    query: &OperationQuery,
    of: Option<ProjectId>,
    path: &str,
) -> Result<AnyView, AppError> {
    let path = path.to_owned();
    let filter = match query.validate(of) {
        Ok(filter) => filter,
        Err(faults) => return Ok(view! { <NothingMatches path faults/> }.into_any()),
    };
    let page = get_operations(filter, cursor()).await?;
    let rows = if query.is_set() && page.items.is_empty() {
        view! { <NothingMatches path=path.clone()/> }.into_any()
    } else {
        view! { <OperationRows operations=page.items/> }.into_any()
    };
    let (next, filters) = (page.next_cursor, query.pairs());
    Ok(view! { <PagedList path next filters>{rows}</PagedList> }.into_any())
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
    view! { <Table label="Operations, newest first" heads=&["Outcome", "Operation", "Requested by", "Duration", "When"] stack=true>{rows}</Table> }.into_any()
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
