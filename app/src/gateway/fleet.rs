//! The edge policy of the fleet.

use leptos::prelude::*;
use model::{Action, GatewayView, Target};

use super::api::SetFleetEdge;
use super::fields::{PolicyFields, fault_in};
use super::form::FleetForm;
use crate::components::{Attempt, CommandForm, Input, Section, Submit, TextField};
use crate::session::permitted;

/// The form.
#[component]
pub(super) fn FleetPolicy(view: GatewayView, set: ServerAction<SetFleetEdge>) -> impl IntoView {
    let (now, limiter) = (FleetForm::of(&view.edge), view.rate_limiter);
    let fields = move |attempt: Attempt| {
        let typed = attempt.typed::<FleetForm>().unwrap_or_else(|| now.clone());
        let (pending, trusted) = (attempt.pending, fault_in(&attempt, "trusted_proxies".to_owned()));
        view! {
            <PolicyFields name="form[policy]" field="policy" typed=typed.policy attempt limiter/>
            <TextField id="trusted_proxies" name="form[trusted_proxies]" label="Trusted proxies" optional="optional, one a line"
                input=Input::Lines text=RwSignal::new(typed.trusted_proxies) fault=trusted
                hint="Load balancers in front of the gateway. Only they are believed when they name a client in X-Forwarded-For.".to_owned()/>
            <div class="buttons"><Submit pending text="Save policy" busy="Saving policy"/></div>
        }
    };
    view! {
        <Section id="policy" title="Policy of the fleet">
            <p class="soft">"It holds for every project. A project can narrow it: who is let in must stand in both lists, and what either turns away or blocks is. Sizes, rates and headers of a project stand in place of these."</p>
            {permitted(Action::GatewayEdge, Target::Fleet, || view! {
                <CommandForm action=set class="form wide" check=|set: &SetFleetEdge| set.form.check() children=fields/>
            })}
        </Section>
    }
    .into_any()
}
