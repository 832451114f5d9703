//! A banner on every page for each part that does not answer. Values that depend on it are unknown.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::Part;

use super::api::get_away;
use crate::components::{Banner, Load, When};
use crate::data::fetched;
use crate::fleet::waits_for;
use crate::live::{Watch, version};
use crate::text::sentence;

/// The banners. The fleet page has its own.
#[component]
pub(crate) fn Away() -> impl IntoView {
    let version = version(Watch::Parts);
    let away = fetched(move || version.get(), |_| get_away());
    let path = use_location().pathname;
    let elsewhere = Memo::new(move |_| path.with(|path| path != "/"));
    let banners = move |parts: Vec<Part>| {
        move || {
            let parts = if elsewhere.get() { parts.clone() } else { Vec::new() };
            parts.into_iter().map(|part| view! { <IsAway part/> }).collect_view()
        }
    };
    view! { <Load data=away quiet=true children=banners/> }.into_any()
}

#[component]
fn IsAway(part: Part) -> impl IntoView {
    let (title, meanwhile) = waits_for(&part);
    let model::PartState::Away { reason, since } = part.state else { return ().into_any() };
    let detail = format!("{} {meanwhile}", sentence(&reason));
    view! { <Banner tone="bad" icon="down" title=format!("{title} does not answer") detail=detail>"since "<When at=since/></Banner> }.into_any()
}
