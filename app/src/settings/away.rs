//! A banner on every page for each part that does not answer. Values that depend on it are unknown.

use leptos::prelude::*;
use model::{Part, PartState};

use crate::components::{Banner, When};
use crate::text::sentence;

/// The banners of the parts that do not answer.
#[component]
pub(crate) fn Away(parts: Vec<Part>) -> impl IntoView {
    parts.into_iter().map(|part| view! { <IsAway part/> }).collect_view().into_any()
}

#[component]
fn IsAway(part: Part) -> impl IntoView {
    let (title, meanwhile) = (part.title(), part.kind.consequence());
    let PartState::Away { reason, since } = part.state else { return ().into_any() };
    let detail = format!("{} {meanwhile}", sentence(&reason));
    view! { <Banner tone="bad" icon="down" title=format!("{title} does not answer") detail=detail>"since "<When at=since/></Banner> }.into_any()
}
