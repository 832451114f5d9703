//! The gateway page.

use leptos::prelude::*;

use super::api::get_gateway;
use super::certificates::Certificates;
use super::facts::GatewayFacts;
use super::fleet::FleetPolicy;
use crate::components::{PageHead, main_content};
use crate::document::{Document, Subject};

/// Facts, certificates and the policy of the fleet.
pub(crate) async fn gateway_page() -> Document {
    let gateway = get_gateway().await;
    let content = view! {
        <div class="page" data-page="gateway">
            <PageHead title="Gateway"/>
            <div class="stack">
                {main_content(gateway, true, |view| view! {
                    <GatewayFacts view=view.clone()/>
                    <Certificates certificates=view.certificates.clone() alert_days=view.alert_days/>
                    <FleetPolicy view/>
                })}
            </div>
        </div>
    };
    Document::new("Gateway", Subject::Fleet, content)
}
