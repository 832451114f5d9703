//! One database server: state, connection budget, projects.

use leptos::prelude::*;
use model::{Budget, DatabaseServer, DatabaseServerSeen, DatabaseUse, PartState};

use super::archive::Archive;
use super::bar::Bar;
use super::missing_grants::MissingGrants;
use crate::components::{Banner, Empty, Figure, PartStateMark, Table, When};
use crate::text::sentence;

#[component]
pub(super) fn Server(server: DatabaseServer) -> impl IntoView {
    let id = format!("server-{}", server.name);
    let label = format!("Projects on {}", server.name);
    let (seen, state) = (server.seen.clone(), server.state.clone());
    let beside = [server.region.clone(), seen.as_ref().map(|seen| seen.product.clone())];
    let beside = beside.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let sums = match seen {
        Some(seen) => view! { <Sums name=server.name.to_string() seen projects=server.projects.clone()/> }.into_any(),
        None => view! { <p class="soft">"Budget unknown: the server was not reached since the control plane started. No project can be created on it until it is connected."</p> }.into_any(),
    };
    view! {
        <section class="section" aria-labelledby=id.clone()>
            <header>
                <h2 id=id.clone()>{server.name.to_string()}</h2>
                <span class="soft">{beside}</span>
                <PartStateMark state=server.state/>
            </header>
            <Away state/>
            {sums}
            {server.wal_archive.map(|archive| view! { <Archive archive/> })}
            <Projects label projects=server.projects/>
        </section>
    }
    .into_any()
}

/// Why the server is unreachable. The figures below are those of the last observation.
#[component]
fn Away(state: PartState) -> impl IntoView {
    let PartState::Away { reason, .. } = state else { return ().into_any() };
    let detail = format!("{} The figures below are those of the last check.", sentence(&reason));
    view! { <Banner tone="bad" icon="down" title="The server is unreachable" detail/> }.into_any()
}

/// Max, reserved, control plane, backups, allocated, free: as a bar and as figures.
#[component]
fn Sums(name: String, seen: DatabaseServerSeen, projects: Vec<DatabaseUse>) -> impl IntoView {
    let budget = seen.budget;
    let label = format!(
        "{name}: {} of {} connections for projects are allocated, {} are in use",
        budget.given,
        budget.for_projects(),
        seen.in_use
    );
    let rank = if seen.superuser { ", a superuser" } else { "" };
    let cells = [
        ("Total", budget.max),
        ("Reserved", budget.reserved),
        ("Control plane", budget.own),
        ("Backups", budget.backup),
        ("For projects", budget.for_projects()),
        ("Allocated", budget.given),
        ("Free", budget.free()),
        ("In use now", seen.in_use),
    ];
    let cells = cells.map(|(name, figure)| view! { <div><dt>{name}</dt><dd>{figure}</dd></div> });
    view! {
        <Bar label budget projects/>
        <dl class="sums">{cells.collect_view()}</dl>
        <Overdrawn budget/>
        <p class="soft">"The control plane connects as "<span class="mono">{seen.role}</span>{rank}". Checked "<When at=seen.at/>"."</p>
        <MissingGrants missing_grants=seen.missing_grants/>
    }
    .into_any()
}

#[component]
fn Overdrawn(budget: Budget) -> impl IntoView {
    let over = budget.overdrawn();
    (over > 0).then(|| {
        let detail = format!(
            "{over} connections more than the server has for projects. While all are in use, the server rejects \
             further ones. Raise max_connections of the server or reduce pool sizes; until then no connections are \
             allocated."
        );
        view! { <Banner tone="warn" icon="degraded" title="More connections are allocated than the server has" detail/> }
    })
}

#[component]
fn Projects(label: String, projects: Vec<DatabaseUse>) -> impl IntoView {
    if projects.is_empty() {
        return view! { <Empty icon="info" title="No project has its database here" detail="A project that is created on this server is listed here with its connections."/> }.into_any();
    }
    let rows = projects.into_iter().map(|share| view! { <Share share/> }).collect_view();
    view! {
        <Table label heads=&["Project", "Pool size", "Connection limit", "In use", "Size"] figures=&["Pool size", "Connection limit", "In use", "Size"]>{rows}</Table>
    }
    .into_any()
}

#[component]
fn Share(share: DatabaseUse) -> impl IntoView {
    const UNKNOWN: &str = "unknown: the server was not checked yet, or is unreachable";
    let settings = format!("/projects/{}/settings", share.project_id);
    let open = match share.in_use {
        Some(open) => open.to_string().into_any(),
        None => view! { <span class="faint" title=UNKNOWN>"?"</span> }.into_any(),
    };
    let size = match share.bytes {
        Some(bytes) => view! { <Figure text=bytes.to_string()/> }.into_any(),
        None => view! { <span class="faint" title=UNKNOWN>"?"</span> }.into_any(),
    };
    let other_name = (share.display_name != share.project_id.as_str()).then_some(share.display_name);
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=settings>{share.project_id.to_string()}</a>{other_name.map(|name| view! { <small>{name}</small> })}</th>
            <td class="num">{share.pool_size.get()}</td>
            <td class="num">{share.limit}</td>
            <td class="num">{open}</td>
            <td class="num">{size}</td>
        </tr>
    }
    .into_any()
}
