//! A commit hash: seven characters shown, forty copied.

use leptos::prelude::*;
use model::CommitSha;

/// A commit hash.
#[component]
pub(crate) fn Sha(commit: CommitSha) -> impl IntoView {
    let short = commit.short().to_owned();
    view! { <span class="sha" title=commit.to_string()>{short}</span> }.into_any()
}
