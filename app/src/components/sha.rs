//! A commit: seven characters to read, forty to copy.

use leptos::prelude::*;
use model::CommitSha;

/// A commit.
#[component]
pub(crate) fn Sha(commit: CommitSha) -> impl IntoView {
    let short = commit.short().to_owned();
    view! { <span class="sha" title=commit.to_string()>{short}</span> }.into_any()
}
