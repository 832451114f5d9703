//! The gateway page. Facts and certificates are reloaded on every hint; the form only after it
//! was saved, so that typing is not disturbed.

use leptos::prelude::*;
use model::GatewayView;

use super::api::{SetFleetEdge, get_gateway};
use super::certificates::Certificates;
use super::facts::GatewayFacts;
use super::fleet::FleetPolicy;
use crate::components::{Load, PageHead, successes};
use crate::data::fetched;
use crate::live::{Watch, version};

/// The page.
#[component]
pub(crate) fn GatewayPage() -> impl IntoView {
    let version = version(Watch::Fleet);
    let live = fetched(move || version.get(), |_| get_gateway());
    let set = ServerAction::<SetFleetEdge>::new();
    let saved = successes(set);
    let kept = fetched(move || saved.get(), |_| get_gateway());
    view! {
        <div class="page" data-page="gateway">
            <PageHead title="Gateway"/>
            <div class="stack">
                <Load data=live main=true titled=true children=|view: GatewayView| view! {
                    <GatewayFacts view=view.clone()/>
                    <Certificates certificates=view.certificates alert_days=view.alert_days/>
                }/>
                <Load data=kept quiet=true children=move |view: GatewayView| view! { <FleetPolicy view set/> }/>
            </div>
        </div>
    }
    .into_any()
}
