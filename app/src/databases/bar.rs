//! The connections of a server as one bar: reserved, allocated to each project, free.

use leptos::prelude::*;
use model::{Budget, DatabaseUse};

/// Width of the drawing in SVG units.
const WIDTH: u32 = 600;
const HEIGHT: u32 = 20;

/// A segment of the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) class: &'static str,
    pub(super) title: String,
    pub(super) x: u32,
    pub(super) width: u32,
}

/// The bar; its label has the same content as text.
#[component]
pub(super) fn Bar(label: String, budget: Budget, projects: Vec<DatabaseUse>) -> impl IntoView {
    let rects = blocks(&budget, &projects).into_iter().map(|block| {
        view! {
            <rect class=block.class x=block.x y="0" width=block.width height=HEIGHT>
                <title>{block.title}</title>
            </rect>
        }
    });
    view! {
        <svg class="budget" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=label>
            {rects.collect_view()}
        </svg>
    }
    .into_any()
}

/// The legend of the bars.
#[component]
pub(super) fn Key() -> impl IntoView {
    let keys = [
        ("kept", "reserved for the server, the control plane and backups"),
        ("given", "allocated to a project"),
        ("full", "allocated, all in use"),
        ("free", "free"),
    ];
    let keys = keys.map(|(class, text)| {
        view! { <li><svg class="budget key" viewBox="0 0 12 10" aria-hidden="true"><rect class=class width="12" height="10"/></svg>{text}</li> }
    });
    view! { <ul class="keys">{keys.collect_view()}</ul> }.into_any()
}

/// The segments from left to right. Allocations of projects that the caller may not see are one segment.
fn blocks(budget: &Budget, projects: &[DatabaseUse]) -> Vec<Block> {
    let Budget { max, reserved, own, backup, given } = *budget;
    let shown: u32 = projects.iter().map(|project| project.limit).sum();
    let mut parts = vec![
        ("kept", "reserved by the server".to_owned(), reserved),
        ("kept", "control plane".to_owned(), own),
        ("kept", "backups".to_owned(), backup),
    ];
    parts.extend(projects.iter().map(|project| {
        let full = project.in_use.is_some_and(|open| open >= project.pool_size.get());
        (if full { "full" } else { "given" }, project.project_id.to_string(), project.limit)
    }));
    parts.push(("given", "other projects".to_owned(), given.saturating_sub(shown)));
    parts.push(("free", "free".to_owned(), budget.free()));
    let whole = parts.iter().map(|(_, _, size)| size).sum::<u32>().max(max).max(1);
    let mut before = 0;
    let mut blocks = Vec::new();
    for (class, what, size) in parts.into_iter().filter(|(_, _, size)| *size > 0) {
        let (x, end) = (before * WIDTH / whole, (before + size) * WIDTH / whole);
        before += size;
        // a gap of one unit separates two segments
        blocks.push(Block {
            class,
            title: format!("{what}: {size}"),
            x,
            width: (end - x).saturating_sub(1).max(1),
        });
    }
    blocks
}

#[cfg(test)]
mod tests;
