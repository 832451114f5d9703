//! What is wrong with the recovery of the control plane, on the page of the fleet.

use leptos::prelude::*;
use model::FleetRecovery;

use crate::components::Banner;

/// A banner with everything that is wrong; nothing if the control plane can be recovered.
#[component]
pub(crate) fn RecoveryNotice(recovery: FleetRecovery) -> impl IntoView {
    if recovery.faults.is_empty() {
        return ().into_any();
    }
    let title = if recovery.verified().is_some() {
        "A loss of this machine would cost data of the control plane"
    } else {
        "The control plane cannot be recovered yet"
    };
    view! {
        <Banner tone="warn" icon="unverified" title=title detail=recovery.faults.join(" ")>
            <a class="button" data-size="s" href="/settings/recovery">"Open recovery"</a>
        </Banner>
    }
    .into_any()
}
