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
            view! { <span class="status" data-tone="ok"><Icon name="done"/>"Connected"</span> }.into_any()
        }
        PartState::Unknown => {
            view! { <span class="status" data-tone="unknown"><Icon name="unknown"/>"Not checked yet"</span> }
                .into_any()
        }
        PartState::Away { reason, since } => view! {
            <span class="status" data-tone="bad"><Icon name="down"/><span>"Unreachable since "<When at=since/></span></span>
            <p>{reason}</p>
        }
        .into_any(),
    };
    let missing = (!view.part.missing.is_empty()).then(|| {
        let missing = view.part.missing.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
        view! { <Fact name="Missing modules"><ul>{missing}</ul></Fact> }
    });
    view! {
        <Section id="facts" title="Overview">
            <Facts>
                <Fact name="Gateway">{view.part.name}</Fact>
                <Fact name="State">{state}</Fact>
                <Fact name="Rate limit">{limits(view.rate_limiter)}</Fact>
                {missing}
                <Fact name="HTTPS port"><span class="mono">{view.https_port}</span></Fact>
            </Facts>
            <p class="soft">"Root certificate of the internal CA: " <a href="/api/v1/gateway/ca" rel="external">"download"</a></p>
        </Section>
    }
    .into_any()
}
