//! Operations of a project.

use leptos::prelude::*;

use super::head::ProjectPage;
use crate::address::Address;
use crate::components::{PagedList, cursor, main_content};
use crate::document::Document;
use crate::operations::OperationRows;
use crate::operations::api::get_operations;

/// The page. It also lists the operations of a deleted project.
pub(crate) async fn project_operations_page() -> Document {
    let operations = async { get_operations(Some(ProjectPage::id()?), cursor()).await };
    let (page, operations) = futures::join!(ProjectPage::load(), operations);
    let list = main_content(operations, true, |page| {
        let path = Address::current().path;
        view! { <PagedList path next=page.next_cursor><OperationRows operations=page.items/></PagedList> }
    });
    page.document("Operations of ", view! { <div class="page" data-page="operations">{list}</div> })
}
