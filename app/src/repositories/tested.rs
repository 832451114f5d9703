//! The result of the button *Test*: the contents of a repository that can be read.

use leptos::prelude::*;

use super::api::RepositoryTest;
use crate::components::{Icon, Sha};
use crate::text::count;

/// The result. The problem of a test that failed is a banner of the page.
#[component]
pub(super) fn Tested(tested: RepositoryTest) -> impl IntoView {
    let contents = tested.contents;
    let branch = contents.default_branch.unwrap_or_else(|| "no branch".into());
    let files = count(contents.paths.len(), "schema file", "schema files");
    view! {
        <p role="status" data-once="">
            <span class="status" data-tone="ok"><Icon name="done"/>"Readable"</span>
            ": "<span class="mono">{tested.url.to_string()}</span>
            ", "{branch}" at "{contents.head.map(|commit| view! { <Sha commit/> })}", "{files}"."
        </p>
    }
    .into_any()
}
