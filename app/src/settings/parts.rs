//! The parts of the fleet and their state.

use leptos::prelude::*;
use model::{Fleet, Part, PartState};

use crate::components::{Icon, Load, Section, Table, When};
use crate::data::fetched;
use crate::fleet::api::get_fleet;
use crate::live::{Watch, version};
use crate::text::sentence;

/// The section.
#[component]
pub(super) fn FleetParts() -> impl IntoView {
    let version = version(Watch::Fleet);
    let fleet = fetched(move || version.get(), |_| get_fleet());
    view! {
        <Section id="system" title="System">
            <Load data=fleet children=|fleet: Fleet| view! { <Parts parts=fleet.parts/> }/>
            <p class="soft">"Root certificate of the gateway's own issuer: " <a href="/api/v1/gateway/ca" rel="external">"download"</a></p>
        </Section>
    }
    .into_any()
}

#[component]
fn Parts(parts: Vec<Part>) -> impl IntoView {
    let rows = parts.into_iter().map(|part| {
        let label = sentence(&part.label());
        let state = match part.state {
            PartState::Up => view! { <span class="status" data-tone="ok"><Icon name="done"/>"Answers"</span> }.into_any(),
            PartState::Unknown => view! { <span class="status" data-tone="unknown"><Icon name="unknown"/>"Not checked yet"</span> }.into_any(),
            PartState::Away { reason, since } => view! {
                <span class="status" data-tone="bad"><Icon name="down"/>"Away since "<When at=since/></span>
                <small>{reason}</small>
            }
            .into_any(),
        };
        let lacks = part.missing.into_iter().map(|lack| view! { <small>{lack}</small> }).collect_view();
        view! { <tr><th scope="row">{label}</th><td>{part.name}{lacks}</td><td>{state}</td></tr> }
    });
    view! { <Table label="Parts" heads=&["Part", "What it is", "State"]>{rows.collect_view()}</Table> }
        .into_any()
}
