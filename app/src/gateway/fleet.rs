//! The edge policy of the fleet.

use leptos::prelude::*;
use model::{Action, GatewayView, Target};

use super::api::SetFleetEdge;
use super::fields::PolicyFields;
use super::form::FleetForm;
use crate::components::{Attempt, CommandForm, Input, MadeFrom, Section, Submit, TextField};
use crate::session::permitted;

/// The section.
#[component]
pub(super) fn FleetPolicy(view: GatewayView) -> impl IntoView {
    view! {
        <Section id="policy" title="Policy of the fleet">
            <p class="soft">"Applies to every project. A project can narrow it: an address must be in both lists of allowed networks, and either list denies or blocks. Body size, rate limit and response headers of a project replace these."</p>
            {permitted(Action::GatewayEdge, Target::Fleet, || view! { <Form view/> })}
        </Section>
    }
    .into_any()
}

#[component]
fn Form(view: GatewayView) -> impl IntoView {
    let attempt = Attempt::of::<SetFleetEdge>();
    let typed = attempt.typed::<FleetForm>().unwrap_or_else(|| FleetForm::of(&view.edge));
    let trusted = attempt.fault_in("trusted_proxies");
    view! {
        <CommandForm attempt=attempt.clone() class="form wide">
            <MadeFrom attempt=attempt.clone() generation=view.edge_generation/>
            <PolicyFields name="form[policy]" field="policy" typed=typed.policy attempt limiter=view.rate_limiter/>
            <TextField id="trusted_proxies" name="form[trusted_proxies]" label="Trusted proxies" optional="optional, one a line"
                input=Input::Lines text=typed.trusted_proxies fault=trusted
                hint="Load balancers in front of the gateway, as networks (CIDR). X-Forwarded-For is accepted only from them."/>
            <div class="buttons"><Submit text="Save policy" busy="Saving policy"/></div>
        </CommandForm>
    }
    .into_any()
}
