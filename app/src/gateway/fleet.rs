//! The edge policy of the fleet.

use leptos::prelude::*;
use model::{Action, GatewayView, Target};

use super::api::SetFleetEdge;
use super::fields::{PolicyFields, fault_in};
use super::form::FleetForm;
use crate::components::{Attempt, CommandForm, Input, MadeFrom, Section, Submit, TextField};
use crate::session::permitted;

/// The form.
#[component]
pub(super) fn FleetPolicy(view: GatewayView, set: ServerAction<SetFleetEdge>) -> impl IntoView {
    let (now, limiter, generation) = (FleetForm::of(&view.edge), view.rate_limiter, view.edge_generation);
    let fields = move |attempt: Attempt| {
        let typed = attempt.typed::<FleetForm>().unwrap_or_else(|| now.clone());
        let (pending, trusted) = (attempt.pending, fault_in(&attempt, "trusted_proxies".to_owned()));
        view! {
            <MadeFrom attempt=attempt.clone() generation/>
            <PolicyFields name="form[policy]" field="policy" typed=typed.policy attempt limiter/>
            <TextField id="trusted_proxies" name="form[trusted_proxies]" label="Trusted proxies" optional="optional, one a line"
                input=Input::Lines text=RwSignal::new(typed.trusted_proxies) fault=trusted
                hint="Load balancers in front of the gateway. X-Forwarded-For is accepted only from them.".to_owned()/>
            <div class="buttons"><Submit pending text="Save policy" busy="Saving policy"/></div>
        }
    };
    view! {
        <Section id="policy" title="Policy of the fleet">
            <p class="soft">"Applies to every project. A project can narrow it: an address must be in both lists of allowed networks, and either list denies or blocks. Body size, rate limit and response headers of a project replace these."</p>
            {permitted(Action::GatewayEdge, Target::Fleet, || view! {
                <CommandForm action=set class="form wide" check=|set: &SetFleetEdge| set.form.check() children=fields/>
            })}
        </Section>
    }
    .into_any()
}
