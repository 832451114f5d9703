//! The backups of one project. They outlive it: the page also lists those of a deleted project.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{
    Action, Backup, Page, Project, ProjectBackupPolicy, ProjectId, ProjectRecovery, SetAsideDatabase, Target,
};
use time::{Duration, OffsetDateTime};

use super::api::{
    CreateBackup, get_backups, get_backups_since, get_latest, get_policy, get_recovery, get_set_aside,
};
use super::by_hand::{ByHand, has_media};
use super::calendar::{Calendar, DAYS};
use super::figures::Figures;
use super::latest::LatestBackups;
use super::policy::{PolicyFacts, PolicySection};
use super::sizes::Sizes;
use super::table::BackupRows;
use super::ways_back::WaysBack;
use super::window::WindowSection;
use crate::address::Address;
use crate::components::{PagedList, PostButton, Section, cursor, main_content, quiet_content};
use crate::document::Document;
use crate::error::AppError;
use crate::projects::ProjectPage;
use crate::session::may;

/// What the page shows beside the project.
struct Loaded {
    id: ProjectId,
    list: Page<Backup>,
    recent: Result<Vec<Backup>, AppError>,
    latest: Result<LatestBackups, AppError>,
    policy: Result<ProjectBackupPolicy, AppError>,
    set_aside: Result<Vec<SetAsideDatabase>, AppError>,
    recovery: Result<ProjectRecovery, AppError>,
}

/// The page.
pub(crate) async fn project_backups_page() -> Document {
    let (page, loaded) = futures::join!(ProjectPage::load(), load());
    let exists = page.project().is_some();
    let page = if exists { page.with_buttons(buttons) } else { page };
    page.document_with("Backups of ", move |view| {
        // a project that does not exist and has no backup either is not found
        let loaded = loaded.and_then(|loaded| match view {
            Err(error) if loaded.list.items.is_empty() => Err(error),
            _ => Ok(loaded),
        });
        let content = main_content(loaded, true, |loaded| view! { <Content loaded exists/> });
        view! { <div class="page" data-page="backups">{content}</div> }
    })
}

async fn load() -> Result<Loaded, AppError> {
    let (id, path_cursor) = (ProjectPage::id()?, cursor());
    let since = OffsetDateTime::now_utc() - Duration::days(DAYS);
    let (list, recent, latest, policy, set_aside, recovery) = futures::join!(
        get_backups(id.clone(), path_cursor),
        get_backups_since(id.clone(), since),
        get_latest(vec![id.clone()]),
        get_policy(id.clone()),
        get_set_aside(id.clone()),
        get_recovery(id.clone()),
    );
    Ok(Loaded { id, list: list?, recent, latest, policy, set_aside, recovery })
}

/// The buttons of this page that the caller may use.
fn buttons(project: &Project) -> AnyView {
    let may = |action| may(action, Target::Project(&project.id));
    let create = may(Action::BackupCreate).then(|| {
        let fields = vec![("id", project.id.to_string())];
        view! { <PostButton action=CreateBackup::url() fields text="Back up now" busy="Backing up" icon="archive" kind="primary"/> }
    });
    let change = may(Action::BackupSchedule)
        .then(|| view! { <a class="button" href="#schedule">"Change schedule"</a> });
    view! { <div class="acts">{create}{change}</div> }.into_any()
}

#[component]
fn Content(loaded: Loaded, exists: bool) -> impl IntoView {
    let Loaded { id, list, recent, latest, policy, set_aside, recovery } = loaded;
    let (path, next) = (Address::current().path, list.next_cursor);
    let latest = latest.ok().and_then(|latest| latest.of(&id).cloned()).unwrap_or_default();
    let newest = latest.verified.clone().or_else(|| latest.newest.clone());
    let facts = quiet_content(policy.clone(), |policy| {
        view! {
            <Section id="policy" title="Policy"><PolicyFacts policy/></Section>
        }
    });
    view! {
        <Figures latest policy=policy.clone().ok()/>
        <div class="split">
            <div class="stack">
                <Section id="list" title="Backups">
                    <PagedList path next><BackupRows backups=list.items/></PagedList>
                </Section>
                {quiet_content(set_aside, |databases| view! { <WaysBack databases/> })}
                {exists.then(|| quiet_content(recovery, |recovery| view! { <WindowSection recovery/> }))}
                {exists.then(|| view! { <PolicySection id policy/> })}
            </div>
            <aside class="stack aside">
                {quiet_content(recent, |backups| view! { <Recent backups/> })}
                {exists.then_some(facts)}
                {newest.map(|backup| view! { <ByHand encrypted=backup.encrypted media=has_media(&backup)/> })}
            </aside>
        </div>
    }
    .into_any()
}

/// The calendar and the sizes of the last days.
#[component]
fn Recent(backups: Vec<Backup>) -> impl IntoView {
    view! {
        <Section id="calendar" title="Last 30 days">
            <Calendar backups=backups.clone()/>
            <Sizes backups/>
        </Section>
    }
    .into_any()
}
