//! Version and address of the gateway, and modules that its build lacks.

use leptos::prelude::*;
use model::{GatewayView, PartState};

use super::fields::limits;
use crate::components::{Fact, Facts, PartStateMark, Section};

/// The section.
#[component]
pub(super) fn GatewayFacts(view: GatewayView) -> impl IntoView {
    let reason = match &view.part.state {
        PartState::Away { reason, .. } => Some(view! { <p>{reason.clone()}</p> }),
        PartState::Up | PartState::Unknown => None,
    };
    let missing = (!view.part.missing.is_empty()).then(|| {
        let missing = view.part.missing.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
        view! { <Fact name="Missing modules"><ul>{missing}</ul></Fact> }
    });
    view! {
        <Section id="facts" title="Overview">
            <Facts>
                <Fact name="Gateway">{view.part.name}</Fact>
                <Fact name="State"><PartStateMark state=view.part.state/>{reason}</Fact>
                <Fact name="Rate limit">{limits(view.rate_limiter)}</Fact>
                {missing}
                <Fact name="HTTPS port"><span class="mono">{view.https_port}</span></Fact>
            </Facts>
            <p class="soft">"Root certificate of the internal CA: " <a href="/api/v1/gateway/ca" rel="external">"download"</a></p>
        </Section>
    }
    .into_any()
}
