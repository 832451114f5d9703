//! The settings page.

use leptos::prelude::*;

use super::api::{get_parts, get_tasks};
use super::parts::FleetParts;
use super::tasks::TasksPanel;
use crate::components::{PageHead, quiet_content};
use crate::document::{Document, Subject};
use crate::fleet_backups::RecoveryPanel;
use crate::fleet_backups::api::get_recovery_if_allowed;
use crate::image_registries::ImageRegistriesPanel;
use crate::image_registries::api::get_image_registries;
use crate::repositories::RepositoriesPanel;
use crate::repositories::api::{get_repositories, get_tested};
use crate::tokens::TokensPanel;
use crate::tokens::api::get_tokens;

/// The page.
pub(crate) async fn settings_page() -> Document {
    let (repositories, tested, registries, tokens, recovery, parts, tasks) = futures::join!(
        get_repositories(),
        get_tested(),
        get_image_registries(),
        get_tokens(),
        get_recovery_if_allowed(),
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
                {quiet_content(recovery, |recovery| recovery.map(|recovery| view! { <RecoveryPanel recovery/> }))}
                <FleetParts parts/>
                <TasksPanel tasks/>
            </div>
        </div>
    };
    Document::new("Settings", Subject::Fleet, content)
}
