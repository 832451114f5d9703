//! The parts of the fleet and their state.

use leptos::prelude::*;
use model::{Part, PartState};

use crate::components::{Icon, Section, Table, When, content};
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
        view! { <tr><th scope="row">{label}</th><td>{part.name}{lacks}</td><td><State state=part.state/></td></tr> }
    });
    view! { <Table label="Parts" heads=&["Part", "Product", "State"]>{rows.collect_view()}</Table> }
        .into_any()
}

#[component]
fn State(state: PartState) -> impl IntoView {
    match state {
        PartState::Up => {
            view! { <span class="status" data-tone="ok"><Icon name="done"/>"Connected"</span> }.into_any()
        }
        PartState::Unknown => {
            view! { <span class="status" data-tone="unknown"><Icon name="unknown"/>"Not checked yet"</span> }
                .into_any()
        }
        PartState::Away { reason, since } => view! {
            <span class="status" data-tone="bad"><Icon name="down"/>"Unreachable since "<When at=since/></span>
            <small>{reason}</small>
        }
        .into_any(),
    }
}
