//! The page of the fleet's settings.

use leptos::prelude::*;

use super::facts::FleetFacts;
use super::tokens::TokensPanel;
use crate::components::PageHead;
use crate::image_registries::ImageRegistriesPanel;
use crate::repositories::RepositoriesPanel;

/// Settings.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    view! {
        <div class="page" data-page="settings">
            <PageHead title="Settings"/>
            <div class="stack">
                <RepositoriesPanel/>
                <ImageRegistriesPanel/>
                <TokensPanel/>
                <FleetFacts/>
            </div>
        </div>
    }
    .into_any()
}
