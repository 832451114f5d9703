//! The result of the button *Test*: whether a repository can be read, and its contents.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::RepositoryId;

use super::api::{self, test_repository};
use crate::components::{Icon, Load, Sha};
use crate::data::{Data, fetched};
use crate::error::AppError;
use crate::text::count;

/// The test of the repository in `?test=`. Pressing the button again repeats it, though the address stays the same.
#[derive(Clone, Copy)]
pub(super) struct Tests {
    presses: RwSignal<u32>,
    verdict: Data<Result<Option<api::RepositoryTest>, AppError>>,
}

impl Tests {
    pub(super) fn new() -> Self {
        let query = use_query_map();
        let asked =
            Memo::new(move |_| query.read().get("test").and_then(|id| id.parse::<RepositoryId>().ok()));
        let presses = RwSignal::new(0);
        let verdict = fetched(
            move || (asked.get(), presses.get()),
            |(id, _)| async move {
                match id {
                    Some(id) => test_repository(id).await.map(Some),
                    None => Ok(None),
                }
            },
        );
        Self { presses, verdict }
    }

    pub(super) fn again(self) {
        self.presses.update(|presses| *presses += 1);
    }
}

/// The result.
#[component]
pub(super) fn Tested(tests: Tests) -> impl IntoView {
    let show = |tested: Option<api::RepositoryTest>| tested.map(|tested| view! { <Verdict tested/> });
    view! { <Load data=tests.verdict children=show/> }.into_any()
}

#[component]
fn Verdict(tested: api::RepositoryTest) -> impl IntoView {
    let contents = tested.contents;
    let branch = contents.default_branch.unwrap_or_else(|| "no branch".into());
    let files = count(contents.paths.len(), "schema file", "schema files");
    view! {
        <p role="status">
            <span class="status" data-tone="ok"><Icon name="done"/>"Readable"</span>
            ": "<span class="mono">{tested.url.to_string()}</span>
            ", "{branch}" at "{contents.head.map(|commit| view! { <Sha commit/> })}", "{files}"."
        </p>
    }
    .into_any()
}
