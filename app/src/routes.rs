//! The routes. Every page is rendered completely before it is sent, so that it needs no JavaScript.

use std::ops::Not as _;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, ProtectedParentRoute, Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{SsrMode, path};

use crate::audit::AuditPage;
use crate::databases::DatabasesPage;
use crate::fleet::FleetPage;
use crate::frame::{Frame, NotFound};
use crate::gateway::GatewayPage;
use crate::image_registries::RemoveImageRegistryPage;
use crate::live::{Clock, Live};
use crate::logs::LogsPage;
use crate::operations::{OperationPage, OperationsPage};
use crate::orphans::RemoveOrphanPage;
use crate::projects::{
    DeletePage, EventsPage, NewPage, OverviewPage, ProjectFrame, ProjectOperationsPage, ProjectSettingsPage,
    RestartPage, StopPage,
};
use crate::repositories::RemoveRepositoryPage;
use crate::retained_databases::RemoveRetainedDatabasePage;
use crate::session::{Flashes, LoginPage, Session, SessionData, SetupHintPage, SetupPage};
use crate::settings::SettingsPage;
use crate::tokens::RevokeTokenPage;

/// The dashboard.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Clock::provide();
    Live::provide();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Atomo Fleet".to_owned() } else { format!("{title} - Atomo Fleet") }/>
        <Router>
            <Pages/>
        </Router>
    }
    .into_any()
}

#[component]
fn Pages() -> impl IntoView {
    Flashes::provide();
    Session::provide();
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async/>
            <Route path=path!("/setup") view=SetupHintPage ssr=SsrMode::Async/>
            <Route path=path!("/setup/:code") view=SetupPage ssr=SsrMode::Async/>
            <ProtectedParentRoute path=path!("") view=Frame condition=may_enter redirect_path=entrance ssr=SsrMode::Async>
                <Route path=path!("/") view=FleetPage ssr=SsrMode::Async/>
                <Route path=path!("/projects/new") view=NewPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("/projects/:id") view=ProjectFrame ssr=SsrMode::Async>
                    <Route path=path!("") view=OverviewPage ssr=SsrMode::Async/>
                    <Route path=path!("/operations") view=ProjectOperationsPage ssr=SsrMode::Async/>
                    <Route path=path!("/events") view=EventsPage ssr=SsrMode::Async/>
                    <Route path=path!("/logs") view=LogsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=ProjectSettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/stop") view=StopPage ssr=SsrMode::Async/>
                    <Route path=path!("/restart") view=RestartPage ssr=SsrMode::Async/>
                    <Route path=path!("/delete") view=DeletePage ssr=SsrMode::Async/>
                </ParentRoute>
                <Route path=path!("/orphans/:id/remove") view=RemoveOrphanPage ssr=SsrMode::Async/>
                <Route path=path!("/retained-databases/:id/remove") view=RemoveRetainedDatabasePage ssr=SsrMode::Async/>
                <Route path=path!("/operations") view=OperationsPage ssr=SsrMode::Async/>
                <Route path=path!("/operations/:id") view=OperationPage ssr=SsrMode::Async/>
                <Route path=path!("/databases") view=DatabasesPage ssr=SsrMode::Async/>
                <Route path=path!("/gateway") view=GatewayPage ssr=SsrMode::Async/>
                <Route path=path!("/audit") view=AuditPage ssr=SsrMode::Async/>
                <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens/:id/revoke") view=RevokeTokenPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/repositories/:id/remove") view=RemoveRepositoryPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/image-registries/:id/remove") view=RemoveImageRegistryPage ssr=SsrMode::Async/>
            </ProtectedParentRoute>
        </Routes>
    }
    .into_any()
}

/// Whether to show the pages to this caller. If the session cannot be read they are shown, and each shows the problem.
fn may_enter() -> Option<bool> {
    let session = use_context::<SessionData>()?;
    session.get().map(|session| session.is_ok_and(|session| session.me.is_none()).not())
}

/// Where to redirect an anonymous caller: to the log-in and back, or to the setup if there is no operator.
fn entrance() -> String {
    let needs_setup =
        use_context::<SessionData>().and_then(|session| session.get()?.ok()).is_some_and(|s| s.needs_setup);
    let here = use_location();
    let (path, search) = (here.pathname.get_untracked(), here.search.get_untracked());
    match (needs_setup, path.as_str(), search.as_str()) {
        (true, ..) => "/setup".to_owned(),
        (false, "/", "") => "/login".to_owned(),
        (false, path, "") => format!("/login?next={path}"),
        (false, path, search) => {
            format!("/login?next={}", leptos_router::location::Url::escape(&format!("{path}?{search}")))
        }
    }
}
