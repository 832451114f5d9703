//! The way to the older part of a list.

use leptos::prelude::*;

/// Links to the older rows and back to the newest ones; nothing where all rows stand on the page.
#[component]
pub(crate) fn Pager(
    /// The page of the list.
    #[prop(into)]
    path: String,
    /// Where the older part starts.
    next: Option<String>,
    /// Whether this is the newest part.
    newest: bool,
) -> impl IntoView {
    let older = next.map(
        |cursor| view! { <a class="button" data-size="s" href=format!("{path}?before={cursor}")>"Older"</a> },
    );
    let back = (!newest).then(|| view! { <a class="button" data-size="s" href=path.clone()>"Newest"</a> });
    (older.is_some() || back.is_some())
        .then(|| view! { <nav class="pages" aria-label="Parts of the list">{back}{older}</nav> })
}
