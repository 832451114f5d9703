//! Lists that grow at their top, in pages.

use std::str::FromStr;

use leptos::prelude::*;

use super::{HeldRows, HeldStrip};
use crate::address::{query, with_query};

/// The cursor in the address: only rows older than it are shown. `None` for the newest page.
pub(crate) fn cursor<B: FromStr>() -> Option<B> {
    query("before").and_then(|row| row.parse().ok())
}

/// One page of a list, newest row first, with links to older and newest rows.
#[component]
pub(crate) fn PagedList(
    /// The path of the page.
    #[prop(into)]
    path: String,
    /// The cursor of the older page.
    next: Option<String>,
    /// The filters of the list, which its links keep: names and values of the query.
    #[prop(optional)]
    filters: Vec<(&'static str, String)>,
    /// The table of the rows.
    children: Children,
) -> impl IntoView {
    let address = |before: &str| {
        let mut pairs: Vec<(&str, &str)> =
            filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pairs.push(("before", before));
        with_query(&path, &pairs)
    };
    let older =
        next.map(|cursor| view! { <a class="button" data-size="s" href=address(&cursor)>"Older"</a> });
    let is_newest = query("before").is_none();
    let back = (!is_newest).then(|| view! { <a class="button" data-size="s" href=address("")>"Newest"</a> });
    let pager = (older.is_some() || back.is_some())
        .then(|| view! { <nav class="pages" aria-label="Parts of the list">{back}{older}</nav> });
    view! {
        <div class="parts">
            <HeldStrip/>
            <HeldRows>{children()}</HeldRows>
        </div>
        {pager}
    }
    .into_any()
}
