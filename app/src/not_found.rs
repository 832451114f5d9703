//! The page for unknown addresses.

use leptos::prelude::*;
use model::Problem;

use crate::call_context::page_status;
use crate::components::Empty;
use crate::document::{Document, Subject};

/// The page for unknown addresses.
pub(crate) async fn not_found_page() -> Document {
    page_status(&Problem::not_found("page"));
    let content = view! {
        <main class="page" id="main">
            <h1>"Page not found"</h1>
            <Empty icon="unknown" title="There is no page at this address"
                detail="A project that was deleted has no page; its database is listed on the fleet's page until it is used again.">
                <a class="button" href="/">"Go to the fleet"</a>
            </Empty>
        </main>
    };
    Document::new("Not found", Subject::Nothing, content)
}
