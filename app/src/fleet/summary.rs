//! The summary: one tick for each project, and four figures.

use std::sync::Arc;

use leptos::prelude::*;
use model::{ByteSize, Health, Project};

use super::totals::{Sum, Totals};
use crate::components::{Figure, HealthMark};
use crate::html::Html;
use crate::text::{count, sentence, thousands};

/// From this number of projects on, ticks have no gap.
const SPARSE: usize = 100;
/// From this number of projects on, ticks would be too small to point at: a bar shows the share of each health.
const TICKS: usize = 400;
/// Width of the bar in SVG units.
const WIDTH: usize = 1000;

/// The summary.
pub(super) fn summary(projects: &[Arc<Project>]) -> AnyView {
    let totals = Totals::of(projects);
    let size = |sum: Sum| ByteSize::new(sum.value).to_string();
    let figures = [
        ("Projects", thousands(projects.len()), format!("{} running", thousands(totals.running))),
        ("Databases", size(totals.database_bytes), unknown(totals.database_bytes)),
        ("Connections", totals.connections.value.to_string(), unknown(totals.connections)),
        ("Memory", size(totals.memory_bytes), unknown(totals.memory_bytes)),
    ];
    let figures = figures.map(|(name, value, hint)| {
        view! {
            <div class="stat"><dt>{name}</dt><dd><Figure text=value/></dd><dd class="hint">{hint}</dd></div>
        }
    });
    let roll = roll(projects);
    view! {
        <section class="summary" aria-label="Summary">
            {roll}
            <dl class="figures">{figures.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn unknown(sum: Sum) -> String {
    if sum.unknown == 0 { "all projects".to_owned() } else { format!("{} unknown", thousands(sum.unknown)) }
}

fn roll(projects: &[Arc<Project>]) -> AnyView {
    let counts: Vec<(Health, usize)> = Health::ALL
        .into_iter()
        .map(|health| (health, projects.iter().filter(|project| project.health() == health).count()))
        .filter(|(_, number)| *number > 0)
        .collect();
    let key = counts
        .iter()
        .map(|(health, number)| {
            let text = format!("{} {health}", thousands(*number));
            view! { <HealthMark health=*health text/>" " }
        })
        .collect_view();
    let label = format!("{}, worst first", count(projects.len(), "project", "projects"));
    let drawing = if projects.len() > TICKS {
        view! {
            <svg class="roll-bar" viewBox=format!("0 0 {WIDTH} 20") preserveAspectRatio="none" role="img" aria-label=label
                inner_html=bar(&counts, projects.len())></svg>
        }
        .into_any()
    } else {
        let dense = (projects.len() > SPARSE).then_some("");
        view! { <ol class="roll" data-dense=dense aria-label=label inner_html=ticks(projects)></ol> }
            .into_any()
    };
    view! {
        <div class="roll-box">
            {drawing}
            <p class="roll-key">{key}</p>
        </div>
    }
    .into_any()
}

fn ticks(projects: &[Arc<Project>]) -> String {
    let mut html = Html::with_capacity(projects.len() * 200);
    for project in projects {
        let health = project.health().as_str();
        let (href, title) =
            (format!("/projects/{}", project.id), format!("{}: {}", project.id, sentence(health)));
        html.open("li", &[]);
        html.open("a", &[("href", &href), ("data-health", health), ("title", &title), ("tabindex", "-1")]);
        html.element("span", &[("class", "visually-hidden")], &title).close("a").close("li");
    }
    html.finish()
}

/// The share of each health, in the order of `counts`.
fn bar(counts: &[(Health, usize)], of: usize) -> String {
    let mut html = Html::default();
    let mut before = 0;
    for (health, number) in counts {
        let (x, end) = (before * WIDTH / of, (before + number) * WIDTH / of);
        before += number;
        let (x, width) = (x.to_string(), (end - x).max(1).to_string());
        html.open(
            "rect",
            &[("x", &x), ("y", "0"), ("width", &width), ("height", "20"), ("data-health", health.as_str())],
        );
        html.element("title", &[], &format!("{} {health}", thousands(*number))).close("rect");
    }
    html.finish()
}
