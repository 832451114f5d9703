//! Lists that grow at their top, part by part.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Page;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Held, HeldRegion, HeldRow, HeldStrip, Load, Presence};
use crate::data::Data;
use crate::error::AppError;

/// The row before which the part starts that the address asks for; none in the newest part.
pub(crate) fn part_before<B: FromStr + PartialEq + Send + Sync + 'static>() -> Memo<Option<B>> {
    let query = use_query_map();
    Memo::new(move |_| query.read().get("before").and_then(|row| row.parse().ok()))
}

/// A part of a list, newest row first, with the way to the older part. New rows wait while somebody is there.
#[component]
pub(crate) fn Parts<T, B, F, V>(
    data: Data<Result<Page<T>, AppError>>,
    before: Memo<Option<B>>,
    /// The page of the list.
    #[prop(into)]
    path: String,
    /// Whether the page has its heading without the list.
    #[prop(optional)]
    titled: bool,
    /// The table of these rows.
    rows: F,
) -> impl IntoView
where
    T: HeldRow + PartialEq + Serialize + DeserializeOwned,
    B: Clone + ToString + Send + Sync + 'static,
    F: Fn(Vec<T>) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let presence = Presence::new();
    let held = Held::new(presence);
    let list = move |page: Page<T>| {
        let part = before.get_untracked().map(|row| row.to_string());
        let rows = rows(held.arrange(page.items, part.as_deref().unwrap_or_default())).into_any();
        view! {
            <div class="parts">
                <HeldStrip presence text=held.newer()/>
                <HeldRegion presence>{rows}</HeldRegion>
            </div>
            <Pager path=path.clone() next=page.next_cursor newest=part.is_none()/>
        }
    };
    view! { <Load data main=true titled children=list/> }.into_any()
}

/// Links to the older rows and back to the newest ones; nothing where all rows stand on the page.
#[component]
fn Pager(
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
