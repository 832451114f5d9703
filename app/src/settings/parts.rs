//! The parts of the fleet and their state.

use leptos::prelude::*;
use model::{Part, PartState};

use crate::components::{PartStateMark, Section, Table, content};
use crate::error::AppError;
use crate::text::sentence;

/// The section.
#[component]
pub(super) fn FleetParts(parts: Result<Vec<Part>, AppError>) -> impl IntoView {
    view! {
        <Section id="system" title="System">
            {content(parts, |parts| view! { <Parts parts/> })}
            <p class="soft">"Root certificate of the gateway's internal CA: " <a href="/api/v1/gateway/ca" rel="external">"download"</a></p>
        </Section>
    }
    .into_any()
}

#[component]
fn Parts(parts: Vec<Part>) -> impl IntoView {
    let rows = parts.into_iter().map(|part| {
        let label = sentence(&part.label());
        let lacks = part.missing.into_iter().map(|lack| view! { <small>{lack}</small> }).collect_view();
        let reason = reason(&part.state);
        view! { <tr><th scope="row">{label}</th><td>{part.name}{lacks}</td><td><PartStateMark state=part.state/>{reason}</td></tr> }
    });
    view! { <Table label="Parts" heads=&["Part", "Product", "State"]>{rows.collect_view()}</Table> }
        .into_any()
}

/// What was tried, the result, and the remedy, for a part that does not answer.
fn reason(state: &PartState) -> Option<AnyView> {
    let PartState::Away { reason, .. } = state else { return None };
    Some(view! { <small>{reason.clone()}</small> }.into_any())
}
