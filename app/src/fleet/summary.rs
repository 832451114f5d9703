//! The summary: one tick for each project, and four figures.

use leptos::prelude::*;
use model::{ByteSize, Fleet, Health};

use super::totals::{Sum, Totals};
use crate::components::{Figure, HealthMark};
use crate::text::{count, sentence, thousands};

/// From this number of projects on, ticks have no gap.
const SPARSE: usize = 100;

/// The summary.
#[component]
pub(crate) fn Summary(fleet: Fleet) -> impl IntoView {
    let totals = Totals::of(&fleet.projects);
    let size = |sum: Sum| ByteSize::new(sum.value).to_string();
    let figures = [
        ("Projects", thousands(fleet.projects.len()), format!("{} running", thousands(totals.running))),
        ("Databases", size(totals.database_bytes), unknown(totals.database_bytes)),
        ("Connections", totals.connections.value.to_string(), unknown(totals.connections)),
        ("Memory", size(totals.memory_bytes), unknown(totals.memory_bytes)),
    ];
    let figures = figures.map(|(name, value, hint)| {
        view! {
            <div class="stat"><dt>{name}</dt><dd><Figure text=value/></dd><dd class="hint">{hint}</dd></div>
        }
    });
    view! {
        <section class="summary" aria-label="Summary">
            <Roll fleet/>
            <dl class="figures">{figures.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn unknown(sum: Sum) -> String {
    if sum.unknown == 0 { "all projects".to_owned() } else { format!("{} unknown", thousands(sum.unknown)) }
}

#[component]
fn Roll(fleet: Fleet) -> impl IntoView {
    let key = Health::ALL
        .into_iter()
        .map(|health| (health, fleet.count(health)))
        .filter(|(_, number)| *number > 0)
        .map(|(health, number)| view! { <HealthMark health text=format!("{} {health}", thousands(number))/>" " })
        .collect_view();
    let dense = (fleet.projects.len() > SPARSE).then_some("");
    let label = format!("{}, worst first", count(fleet.projects.len(), "project", "projects"));
    let ticks = fleet.projects.into_iter().map(|project| {
        let health = project.health();
        let title = format!("{}: {}", project.id, sentence(health.as_str()));
        view! {
            <li>
                <a href=format!("/projects/{}", project.id) data-health=health.as_str() title=title.clone() tabindex="-1">
                    <span class="visually-hidden">{title.clone()}</span>
                </a>
            </li>
        }
    });
    view! {
        <div class="roll-box">
            <ol class="roll" data-dense=dense aria-label=label>{ticks.collect_view()}</ol>
            <p class="roll-key">{key}</p>
        </div>
    }
    .into_any()
}
