//! Where a project answers, what serves it, and what it uses.

use leptos::prelude::*;
use model::{Hostname, Observed, Project};

use super::api::ProjectView;
use crate::components::{Fact, Facts, Icon, Section, Sha, When};
use crate::text::NONE;

/// The facts beside the overview.
#[component]
pub(super) fn Aside(view: ProjectView) -> impl IntoView {
    let project = view.project.clone();
    let instance = project.clone();
    view! {
        <aside class="stack aside">
            <Endpoints view/>
            <Section id="runs" title="Runs"><Instance project=instance/></Section>
            <Section id="from" title="Made from"><Origin project/></Section>
        </aside>
    }
    .into_any()
}

#[component]
fn Origin(project: Project) -> impl IntoView {
    let schema = project.schema_ref;
    let (repo, path, commit) =
        (schema.repo().to_string(), schema.path().to_string(), schema.commit().clone());
    view! {
        <Facts>
            <Fact name="Repository"><span class="mono">{repo}</span></Fact>
            <Fact name="Path"><span class="mono">{path}</span></Fact>
            <Fact name="Commit"><Sha commit/></Fact>
            <Fact name="Created"><When at=project.created_at/></Fact>
        </Facts>
    }
    .into_any()
}

#[component]
fn Endpoints(view: ProjectView) -> impl IntoView {
    let port = view.https_port;
    let project = view.project;
    let links = project.hosts().cloned().map(|host| view! { <li><Endpoint host port/></li> }).collect_view();
    let header = format!("X-Atomo-Project: {}", project.id);
    let none = project.hostname.is_none().then(|| {
        view! {
            <p class="soft">"No hostname. It is reached by the header " <code>{header}</code></p>
        }
    });
    let graphql = project.hostname.map(|host| format!("{}/graphql", address(&host, port))).map(|href| {
        view! {
            <Fact name="GraphQL"><a class="link" rel="external" href=href><code>"/graphql"</code></a></Fact>
        }
    });
    let upstream = project.upstream.unwrap_or_else(|| NONE.to_owned());
    view! {
        <Section id="endpoints" title="Endpoints">
            <Facts>
                <Fact name="Public"><ul class="links">{links}</ul>{none}</Fact>
                {graphql}
                <Fact name="Upstream"><span class="mono">{upstream}</span></Fact>
            </Facts>
        </Section>
    }
    .into_any()
}

#[component]
fn Endpoint(host: Hostname, port: u16) -> impl IntoView {
    let address = address(&host, port);
    view! {
        <a class="link" rel="external" href=address.clone()>{host.to_string()}{(port != 443).then(|| format!(":{port}"))}</a>
    }
    .into_any()
}

fn address(host: &Hostname, port: u16) -> String {
    if port == 443 { format!("https://{host}") } else { format!("https://{host}:{port}") }
}

#[component]
fn Instance(project: Project) -> impl IntoView {
    let seen = &project.observed;
    let since =
        seen.instance.present().filter(|instance| instance.is_running()).map(|instance| instance.started_at);
    let server = seen.ready.present().cloned();
    let standin = server.as_ref().is_some_and(|server| server.standin);
    let memory = said(&seen.instance, |instance| instance.memory.map(|memory| memory.to_string()));
    let peak = seen
        .instance
        .present()
        .and_then(|instance| instance.peak_memory)
        .map(|peak| format!(", at most {peak}"));
    let size = said(&seen.database, |database| Some(database.bytes.to_string()));
    let connections = said(&seen.database, |database| Some(database.connections.to_string()));
    let (database, on) = (project.id.database(), project.database_server.clone());
    let version = server
        .map_or_else(|| "?".to_owned(), |server| format!("{}, {} models", server.version, server.models));
    view! {
        <Facts>
            <Fact name="Server">
                {version}
                {standin.then(|| view! { <p class="status" data-tone="unknown"><Icon name="info"/>"Stand-in, not atomo-server"</p> })}
            </Fact>
            <Fact name="Driver">{project.driver}</Fact>
            <Fact name="Started">{since.map_or_else(|| NONE.into_any(), |at| view! { <When at/> }.into_any())}</Fact>
            <Fact name="Memory">{memory}{peak}</Fact>
            <Fact name="Database"><span class="mono">{database}</span>" on "{on}</Fact>
            <Fact name="Size">{size}</Fact>
            <Fact name="Connections">{connections}</Fact>
        </Facts>
    }
    .into_any()
}

/// "?" where nobody knows, a dash where there is none.
fn said<T>(seen: &Observed<T>, text: impl Fn(&T) -> Option<String>) -> String {
    match seen {
        Observed::Unknown => "?".to_owned(),
        Observed::Absent => NONE.to_owned(),
        Observed::Present(value) => text(value).unwrap_or_else(|| NONE.to_owned()),
    }
}
