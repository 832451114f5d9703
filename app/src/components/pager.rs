//! Lists that grow at their top, in pages.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Page;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{FreezeRegion, FrozenRow, FrozenRows, Interaction, Load, PendingStrip};
use crate::data::Data;
use crate::error::AppError;

/// The cursor in the address; `None` for the newest page.
pub(crate) fn part_before<B: FromStr + PartialEq + Send + Sync + 'static>() -> Memo<Option<B>> {
    let query = use_query_map();
    Memo::new(move |_| query.read().get("before").and_then(|row| row.parse().ok()))
}

/// One page of a list, newest row first, with links to older and newest rows. Rows are frozen while the list is in use.
#[component]
pub(crate) fn Parts<T, B, F, V>(
    data: Data<Result<Page<T>, AppError>>,
    before: Memo<Option<B>>,
    /// The path of the page.
    #[prop(into)]
    path: String,
    /// Whether the page has its own heading.
    #[prop(optional)]
    titled: bool,
    /// Renders the table of the rows.
    rows: F,
) -> impl IntoView
where
    T: FrozenRow + PartialEq + Serialize + DeserializeOwned,
    B: Clone + ToString + Send + Sync + 'static,
    F: Fn(Vec<T>) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let interaction = Interaction::new();
    let held = FrozenRows::new(interaction);
    let list = move |page: Page<T>| {
        let part = before.get_untracked().map(|row| row.to_string());
        let rows = rows(held.arrange(page.items, part.as_deref().unwrap_or_default())).into_any();
        view! {
            <div class="parts">
                <PendingStrip interaction text=held.newer()/>
                <FreezeRegion interaction>{rows}</FreezeRegion>
            </div>
            <Pager path=path.clone() next=page.next_cursor newest=part.is_none()/>
        }
    };
    view! { <Load data main=true titled children=list/> }.into_any()
}

/// Links to older rows and back to the newest; nothing if one page holds all.
#[component]
fn Pager(
    path: String,
    /// The cursor of the older page.
    next: Option<String>,
    /// Whether this is the newest page.
    newest: bool,
) -> impl IntoView {
    let older = next.map(
        |cursor| view! { <a class="button" data-size="s" href=format!("{path}?before={cursor}")>"Older"</a> },
    );
    let back = (!newest).then(|| view! { <a class="button" data-size="s" href=path.clone()>"Newest"</a> });
    (older.is_some() || back.is_some())
        .then(|| view! { <nav class="pages" aria-label="Parts of the list">{back}{older}</nav> })
}
