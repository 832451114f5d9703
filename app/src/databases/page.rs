//! The page of the database servers.

use leptos::prelude::*;
use model::{Budget, DatabaseServer};

use super::api::get_database_servers;
use super::bar::Key;
use super::server::Server;
use crate::components::{Load, PageHead};
use crate::data::fetched;
use crate::live::{Watch, version};
use crate::text::count;

/// Databases.
#[component]
pub(crate) fn DatabasesPage() -> impl IntoView {
    let version = version(Watch::Fleet);
    let servers = fetched(move || version.get(), |_| get_database_servers());
    view! {
        <div class="page" data-page="databases">
            <PageHead title="Databases"/>
            <Load data=servers main=true titled=true lines=8 children=|servers| view! { <Servers servers/> }/>
        </div>
    }
    .into_any()
}

#[component]
fn Servers(servers: Vec<DatabaseServer>) -> impl IntoView {
    let lead = summary(&servers);
    view! {
        <p class="soft">{lead}</p>
        <Key/>
        <div class="stack">
            {servers.into_iter().map(|server| view! { <Server server/> }).collect_view()}
        </div>
    }
    .into_any()
}

/// All servers in one sentence; servers that have not answered are counted apart.
pub(super) fn summary(servers: &[DatabaseServer]) -> String {
    let known: Vec<Budget> =
        servers.iter().filter_map(|server| server.seen.as_ref()).map(|seen| seen.budget).collect();
    let given: u32 = known.iter().map(|budget| budget.given).sum();
    let whole: u32 = known.iter().map(Budget::for_projects).sum();
    let named = count(servers.len(), "Postgres server", "Postgres servers");
    let unknown = match servers.len() - known.len() {
        0 => String::new(),
        unknown => format!(" {unknown} of them have not answered yet."),
    };
    format!("{named}, {given} of {whole} connections for projects are allocated.{unknown}")
}

#[cfg(test)]
mod tests;
