//! The page of the database servers.

use leptos::prelude::*;
use model::{Budget, DatabaseServer};

use super::api::get_database_servers;
use super::bar::Key;
use super::server::Server;
use crate::components::{PageHead, main_content};
use crate::document::{Document, Subject};
use crate::text::count;

/// Databases.
pub(crate) async fn databases_page() -> Document {
    let servers = get_database_servers().await;
    let content = view! {
        <div class="page" data-page="databases">
            <PageHead title="Databases"/>
            {main_content(servers, true, |servers| view! { <Servers servers/> })}
        </div>
    };
    Document::new("Databases", Subject::Fleet, content)
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

/// The sums of all servers; servers that were never observed are counted separately.
pub(super) fn summary(servers: &[DatabaseServer]) -> String {
    let known: Vec<Budget> =
        servers.iter().filter_map(|server| server.seen.as_ref()).map(|seen| seen.budget).collect();
    let given: u32 = known.iter().map(|budget| budget.given).sum();
    let whole: u32 = known.iter().map(Budget::for_projects).sum();
    let named = count(servers.len(), "Postgres server", "Postgres servers");
    let unknown = match servers.len() - known.len() {
        0 => String::new(),
        unknown => format!(" Budget unknown: {unknown}."),
    };
    format!("{named}, {given} of {whole} connections for projects are allocated.{unknown}")
}

#[cfg(test)]
mod tests;
