//! Operations of a project.

use leptos::prelude::*;

use super::head::ProjectPage;
use crate::address::Address;
use crate::components::{FilterForm, main_content};
use crate::document::Document;
use crate::operations::{OperationFields, OperationQuery, operations};

/// The page. It also lists the operations of a deleted project.
pub(crate) async fn project_operations_page() -> Document {
    let Address { path, query, .. } = Address::current();
    let query = OperationQuery::of_project(&query);
    let list = async { operations(&query, Some(ProjectPage::id()?), &path).await };
    let (page, list) = futures::join!(ProjectPage::load(), list);
    let list = main_content(list, true, |list| list);
    let content = view! {
        <div class="page" data-page="operations">
            <FilterForm path label="Filter the operations" is_set=query.is_set()>
                <OperationFields query/>
            </FilterForm>
            {list}
        </div>
    };
    page.document("Operations of ", content)
}
