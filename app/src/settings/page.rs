//! The settings page.

use leptos::prelude::*;

use super::api::{get_parts, get_tasks};
use super::parts::FleetParts;
use super::tasks::TasksPanel;
use crate::components::PageHead;
use crate::document::{Document, Subject};
use crate::image_registries::ImageRegistriesPanel;
use crate::image_registries::api::get_image_registries;
use crate::repositories::RepositoriesPanel;
use crate::repositories::api::{get_repositories, get_tested};
use crate::tokens::TokensPanel;
use crate::tokens::api::get_tokens;

/// The page.
pub(crate) async fn settings_page() -> Document {
    let (repositories, tested, registries, tokens, parts, tasks) = futures::join!(
        get_repositories(),
        get_tested(),
        get_image_registries(),
        get_tokens(),
        get_parts(),
        get_tasks()
    );
    let content = view! {
        <div class="page" data-page="settings">
            <PageHead title="Settings"/>
            <div class="stack">
                <RepositoriesPanel repositories tested/>
                <ImageRegistriesPanel registries/>
                <TokensPanel tokens/>
                <FleetParts parts/>
                <TasksPanel tasks/>
            </div>
        </div>
    };
    Document::new("Settings", Subject::Fleet, content)
}
