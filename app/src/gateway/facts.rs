//! Version and address of the gateway, and modules that its build lacks.

use leptos::prelude::*;
use model::{GatewayView, PartState};

use super::fields::limits;
use crate::components::{Fact, Facts, Icon, Section, When};

/// The section.
#[component]
pub(super) fn GatewayFacts(view: GatewayView) -> impl IntoView {
    let state = match view.part.state {
        PartState::Up => {
            view! { <span class="status" data-tone="ok"><Icon name="done"/>"Answers"</span> }.into_any()
        }
        PartState::Unknown => {
            view! { <span class="status" data-tone="unknown"><Icon name="unknown"/>"Not checked yet"</span> }
                .into_any()
        }
        PartState::Away { reason, since } => view! {
            <span class="status" data-tone="bad"><Icon name="down"/>"Away since "<When at=since/></span>
            <p>{reason}</p>
        }
        .into_any(),
    };
    let lacks = (!view.part.missing.is_empty()).then(|| {
        let lacks = view.part.missing.into_iter().map(|lack| view! { <li>{lack}</li> }).collect_view();
        view! { <Fact name="Lacks"><ul>{lacks}</ul></Fact> }
    });
    view! {
        <Section id="facts" title="Overview">
            <Facts>
                <Fact name="Gateway">{view.part.name}</Fact>
                <Fact name="State">{state}</Fact>
                <Fact name="Rates">{limits(view.rate_limiter)}</Fact>
                {lacks}
                <Fact name="Port"><span class="mono">{view.https_port}</span>" for https"</Fact>
            </Facts>
            <p class="soft">"Root certificate of its own issuer: " <a href="/api/v1/gateway/ca" rel="external">"download"</a></p>
        </Section>
    }
    .into_any()
}
