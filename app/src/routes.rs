//! The pages of the dashboard and their addresses.

use std::future::Future;

use axum::Router;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use crate::alerts::alerts_page;
use crate::audit::audit_page;
use crate::backups::{
    backup_page, backups_page, drop_side_page, project_backups_page, remove_backup_page, restore_new_page,
    restore_page, restore_to_time_page, tables_page, undo_page,
};
use crate::clones::{clone_page, expiry_page};
use crate::databases::databases_page;
use crate::deletes::{approvals_page, approve_page, delete_request_page, drop_page, undelete_page};
use crate::deploys::{deploy_page, deploys_page, undo_deploy_page};
use crate::document::Document;
use crate::drift::{drift_page, finding_page, project_drift_page};
use crate::fleet::{fleet_page, wall_page};
use crate::fleet_backups::recovery_page;
use crate::gateway::gateway_page;
use crate::image_registries::remove_image_registry_page;
use crate::logs::{follow_log, logs_page};
use crate::not_found::not_found_page;
use crate::operations::{operation_page, operations_page};
use crate::orphans::remove_orphan_page;
use crate::pipeline::{bare, framed, speculation_rules};
use crate::projects::{
    back_up_page, delete_page, events_page, new_page, overview_page, project_operations_page,
    project_settings_page, restart_page, start_page, stop_page,
};
use crate::repositories::{remove_repository_page, webhook_page};
use crate::retained_databases::remove_retained_database_page;
use crate::rollouts::{new_rollout_page, rollout_page, rollouts_page};
use crate::session::{login_page, setup_hint_page, setup_page};
use crate::settings::settings_page;
use crate::site::Site;
use crate::tokens::revoke_token_page;

/// Every page. Requests must have been through the middleware that resolves their caller.
pub fn routes<S: Clone + Send + Sync + 'static>(site: &Site) -> Router<S> {
    Router::new()
        .merge(deletes(site))
        .route("/speculation-rules.json", get(speculation_rules))
        .route("/login", open(site, login_page))
        .route("/setup", open(site, setup_hint_page))
        .route("/setup/{code}", open(site, setup_page))
        .route("/", page(site, fleet_page))
        .route("/wall", page(site, wall_page))
        .route("/projects/new", page(site, new_page))
        .merge(of_project(site))
        .route("/backups", page(site, backups_page))
        .route("/orphans/{id}/remove", page(site, remove_orphan_page))
        .route("/retained-databases/{id}/remove", page(site, remove_retained_database_page))
        .route("/operations", page(site, operations_page))
        .route("/operations/{id}", page(site, operation_page))
        .route("/rollouts", page(site, rollouts_page))
        .route("/rollouts/new", page(site, new_rollout_page))
        .route("/rollouts/{id}", page(site, rollout_page))
        .route("/alerts", page(site, alerts_page))
        .route("/drift", page(site, drift_page))
        .route("/drift/{id}", page(site, finding_page))
        .route("/databases", page(site, databases_page))
        .route("/gateway", page(site, gateway_page))
        .route("/audit", page(site, audit_page))
        .route("/settings", page(site, settings_page))
        .route("/settings/recovery", page(site, recovery_page))
        .route("/settings/tokens/{id}/revoke", page(site, revoke_token_page))
        .route("/settings/repositories/{id}/remove", page(site, remove_repository_page))
        .route("/settings/repositories/{id}/webhook", page(site, webhook_page))
        .route("/settings/image-registries/{id}/remove", page(site, remove_image_registry_page))
}

/// The pages of deletes with the database.
fn deletes<S: Clone + Send + Sync + 'static>(site: &Site) -> Router<S> {
    Router::new()
        .route("/projects/{id}/drop", page(site, drop_page))
        .route("/approvals", page(site, approvals_page))
        .route("/approvals/{id}", page(site, delete_request_page))
        .route("/approvals/{id}/approve", page(site, approve_page))
        .route("/trash/{id}/undelete", page(site, undelete_page))
}

/// The pages of one project.
fn of_project<S: Clone + Send + Sync + 'static>(site: &Site) -> Router<S> {
    Router::new()
        .route("/projects/{id}", page(site, overview_page))
        .route("/projects/{id}/operations", page(site, project_operations_page))
        .route("/projects/{id}/events", page(site, events_page))
        .route("/projects/{id}/logs", page(site, logs_page))
        .route("/projects/{id}/logs/follow", follow_log(site))
        .route("/projects/{id}/settings", page(site, project_settings_page))
        .route("/projects/{id}/start", page(site, start_page))
        .route("/projects/{id}/stop", page(site, stop_page))
        .route("/projects/{id}/restart", page(site, restart_page))
        .route("/projects/{id}/delete", page(site, delete_page))
        .route("/projects/{id}/clone", page(site, clone_page))
        .route("/projects/{id}/expiry", page(site, expiry_page))
        .route("/projects/{id}/back-up", page(site, back_up_page))
        .route("/projects/{id}/drift", page(site, project_drift_page))
        .route("/projects/{id}/backups", page(site, project_backups_page))
        .route("/projects/{id}/backups/{backup}", page(site, backup_page))
        .route("/projects/{id}/backups/{backup}/restore", page(site, restore_page))
        .route("/projects/{id}/backups/{backup}/restore-new", page(site, restore_new_page))
        .route("/projects/{id}/backups/{backup}/tables", page(site, tables_page))
        .route("/projects/{id}/side-databases/{operation}/remove", page(site, drop_side_page))
        .route("/projects/{id}/backups/{backup}/remove", page(site, remove_backup_page))
        .route("/projects/{id}/recovery", page(site, restore_to_time_page))
        .route("/projects/{id}/deploys", page(site, deploys_page))
        .route("/projects/{id}/deploys/{deploy}", page(site, deploy_page))
        .route("/projects/{id}/deploys/{deploy}/undo", page(site, undo_deploy_page))
        .route("/projects/{id}/restores/{operation}/undo", page(site, undo_page))
}

/// The page for every other address.
pub async fn not_found(site: Site, parts: Parts) -> Response {
    bare(site, parts, not_found_page).await
}

/// A page of an operator.
fn page<S, F>(site: &Site, load: fn() -> F) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    F: Future<Output = Document> + Send + 'static,
{
    let site = site.clone();
    get(move |parts: Parts| framed(site.clone(), parts, load))
}

/// A page that needs no log-in.
fn open<S, F>(site: &Site, load: fn() -> F) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    F: Future<Output = Document> + Send + 'static,
{
    let site = site.clone();
    get(move |parts: Parts| bare(site.clone(), parts, load))
}

#[cfg(test)]
mod tests;
