//! The settings page.

use leptos::prelude::*;

use super::parts::FleetParts;
use super::tasks::TasksPanel;
use crate::components::PageHead;
use crate::image_registries::ImageRegistriesPanel;
use crate::repositories::RepositoriesPanel;
use crate::tokens::TokensPanel;

/// The page.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    view! {
        <div class="page" data-page="settings">
            <PageHead title="Settings"/>
            <div class="stack">
                <RepositoriesPanel/>
                <ImageRegistriesPanel/>
                <TokensPanel/>
                <FleetParts/>
                <TasksPanel/>
            </div>
        </div>
    }
    .into_any()
}
