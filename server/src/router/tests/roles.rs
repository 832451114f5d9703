//! Every server function of the dashboard, called by every role: one whose role lacks the function's action gets 403, and
//! nothing has changed. A function that is not listed here fails.

use std::collections::BTreeMap;

use axum::http::Method;
use leptos::server_fn::axum::server_fn_paths;
use model::action::{Action, Scope};
use model::{Grants, ProjectSet, Role, Target};

use super::site::{Page, Site, request};
use crate::api::tests::support::{PATH, REPO};
use crate::middleware::headers::Scheme;

/// Who may call a function.
#[derive(Clone, Copy)]
enum Access {
    /// Everybody, also who is not logged in.
    Public,
    /// Everybody who is logged in: it reads and changes nothing.
    LoggedIn,
    /// Who may perform the action, on `shop` where it is of a project.
    May(Action),
    /// Who may perform the action on any project.
    MayAnywhere(Action),
}

mod functions;

use Access::{LoggedIn, May, MayAnywhere, Public};
use functions::{FUNCTIONS, NONE};

impl Access {
    fn is_allowed(self, grants: &Grants) -> bool {
        let shop = "shop".parse().unwrap();
        match self {
            Public | LoggedIn => true,
            MayAnywhere(action) => grants.allow(action, Target::Anywhere),
            May(action) => {
                let target = match action.scope() {
                    Scope::Fleet => Target::Fleet,
                    Scope::Project => Target::Project(&shop),
                    Scope::Anywhere => Target::Anywhere,
                };
                grants.allow(action, target)
            }
        }
    }
}

/// The pages whose content needs a role, with what their content is. Pages of a command have the form, or who may send it,
/// in its place (`permissions.rs`).
const PAGES: &[(&str, Access)] = &[
    ("/", MayAnywhere(Action::FleetView)),
    ("/wall", MayAnywhere(Action::FleetView)),
    ("/projects/shop", May(Action::ProjectView)),
    ("/projects/shop/operations", May(Action::OperationView)),
    ("/projects/shop/events", May(Action::ProjectView)),
    ("/projects/shop/logs", May(Action::ProjectLogs)),
    ("/projects/shop/backups", May(Action::BackupView)),
    ("/projects/shop/settings", May(Action::ProjectView)),
    ("/operations", MayAnywhere(Action::OperationView)),
    ("/operations/OPERATION", May(Action::OperationView)),
    ("/backups", MayAnywhere(Action::BackupView)),
    ("/approvals", MayAnywhere(Action::DeleteRequestView)),
    ("/rollouts", MayAnywhere(Action::ProjectView)),
    ("/alerts", MayAnywhere(Action::AlertView)),
    ("/drift", MayAnywhere(Action::DriftView)),
    ("/projects/shop/drift", May(Action::DriftView)),
    ("/databases", MayAnywhere(Action::DatabaseServerView)),
    ("/gateway", May(Action::GatewayView)),
    ("/audit", May(Action::AuditView)),
    ("/settings/recovery", May(Action::FleetBackupView)),
];

/// The methods of every function that the dashboard has, by its name.
fn methods() -> BTreeMap<String, Method> {
    let name = |path: &str| path.trim_start_matches("/actions/").to_owned();
    server_fn_paths().map(|(path, method)| (name(path), method)).collect()
}

#[test]
fn every_server_function_has_its_access() {
    let listed: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
    for name in methods().keys() {
        assert!(listed.contains(&name.as_str()), "{name} has no access here: add its action and a request");
    }
    assert_eq!(methods().len(), listed.len(), "a function is listed that the dashboard has not");
}

/// A site whose operator is logged in and holds this grant.
pub struct Visit {
    pub site: Site,
    cookie: String,
    operation: String,
    methods: BTreeMap<String, Method>,
}

impl Visit {
    pub async fn of(grant: Option<(Role, ProjectSet)>) -> Self {
        let site = Site::new(Scheme::Http).await;
        site.fleet.create("shop").await;
        let restart = site.fleet.operator().post("/projects/shop/restart", &serde_json::json!({})).await;
        let operation = restart.json::<serde_json::Value>()["operation"]["id"].as_str().unwrap().to_owned();
        let cookie = site.cookie().await;
        site.fleet.grant(grant).await;
        Self { site, cookie, operation, methods: methods() }
    }

    /// A page, as a browser is sent it.
    pub async fn page(&self, path: &str) -> String {
        let headers = [("accept", "text/html"), ("cookie", self.cookie.as_str())];
        self.site.get(path, &headers).await.text().to_owned()
    }

    pub async fn status(&self, path: &str) -> u16 {
        let headers = [("accept", "text/html"), ("cookie", self.cookie.as_str())];
        self.site.get(path, &headers).await.status.as_u16()
    }

    async fn call(&self, name: &str, form: &str) -> Page {
        let commit = self.site.fleet.commit.to_string();
        let words = [
            ("OPERATION", self.operation.as_str()),
            ("REPO", REPO),
            ("PATH", PATH),
            ("COMMIT", &commit),
            ("NONE", NONE),
        ];
        let form = words.iter().fold(form.to_owned(), |form, (word, value)| form.replace(word, value));
        let headers = [("sec-fetch-site", "same-origin"), ("cookie", self.cookie.as_str())];
        let path = format!("/actions/{name}");
        match self.methods[name] {
            Method::GET => {
                let query = form.replace(' ', "%20");
                self.site.ask(request(Method::GET, &format!("{path}?{query}"), &headers, "")).await
            }
            _ => self.site.post(&path, &headers, &form).await,
        }
    }
}

/// Every function as the holder of this grant. The ones that are refused come first: they change nothing.
async fn as_holder_of(grant: Option<(Role, ProjectSet)>) {
    let grants = grant.clone().map(|(role, projects)| Grants::one(role, projects)).unwrap_or_default();
    let visit = Visit::of(grant).await;
    let ends_session = |name: &str| name == "log_out";
    let before = visit.site.fleet.dump().await;
    for (name, _, form) in FUNCTIONS.iter().filter(|(_, access, _)| !access.is_allowed(&grants)) {
        let page = visit.call(name, form).await;
        assert_eq!(page.status.as_u16(), 403, "{name}: {}", page.text());
        assert!(page.text().contains("Your role does not allow this"), "{name}: {}", page.text());
        assert_eq!(visit.site.fleet.dump().await, before, "{name} changed something");
    }
    for (path, access) in PAGES {
        let path = path.replace("OPERATION", &visit.operation);
        let status = visit.status(&path).await;
        let expected = if access.is_allowed(&grants) { 200 } else { 403 };
        assert_eq!(status, expected, "{path}");
    }
    let allowed =
        FUNCTIONS.iter().filter(|(name, access, _)| access.is_allowed(&grants) && !ends_session(name));
    for (name, _, form) in allowed.filter(|(_, access, _)| !matches!(access, Public)) {
        let page = visit.call(name, form).await;
        assert!(![401, 403].contains(&page.status.as_u16()), "{name}: {} {}", page.status, page.text());
    }
}

#[tokio::test]
async fn a_viewer_calls_what_a_viewer_may() {
    as_holder_of(Some((Role::Viewer, ProjectSet::All))).await;
}

#[tokio::test]
async fn a_backup_operator_calls_what_a_backup_operator_may() {
    as_holder_of(Some((Role::BackupOperator, ProjectSet::All))).await;
}

#[tokio::test]
async fn a_deployer_calls_what_a_deployer_may() {
    as_holder_of(Some((Role::Deployer, ProjectSet::All))).await;
}

#[tokio::test]
async fn an_admin_calls_what_an_admin_may() {
    as_holder_of(Some((Role::Admin, ProjectSet::All))).await;
}

#[tokio::test]
async fn an_owner_calls_everything() {
    as_holder_of(Some((Role::Owner, ProjectSet::All))).await;
}

#[tokio::test]
async fn an_owner_of_another_project_calls_nothing_of_this_one() {
    as_holder_of(Some((Role::Owner, ProjectSet::Only(["blog".parse().unwrap()].into())))).await;
}

#[tokio::test]
async fn an_operator_without_a_grant_calls_nothing() {
    as_holder_of(None).await;
}
