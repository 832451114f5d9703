//! The edge policy of a project.

use leptos::prelude::*;
use model::{Action, EdgePolicy, Project, RateLimiter, Target};

use super::api::{FleetSays, SetProjectEdge};
use super::fields::PolicyFields;
use super::form::EdgeForm;
use crate::components::{Attempt, CommandForm, MadeFrom, Section, Submit, content};
use crate::error::AppError;
use crate::session::permitted;

/// The section of the project's settings.
#[component]
pub(crate) fn ProjectEdge(
    project: Project,
    /// The policy of the fleet, which the project's is combined with.
    edge: Result<FleetSays, AppError>,
) -> impl IntoView {
    view! {
        <Section id="network" title="Network">
            {content(edge, |fleet| view! { <Panel project fleet/> })}
        </Section>
    }
    .into_any()
}

#[component]
fn Panel(project: Project, fleet: FleetSays) -> impl IntoView {
    let (id, limiter) = (project.id.clone(), fleet.limiter);
    view! {
        <p class="soft">{beside(&fleet.edge.policy)}" "<a href="/gateway#policy">"Policy of the fleet"</a></p>
        {permitted(Action::ProjectEdge, Target::Project(&id), || view! { <Form project limiter/> })}
    }
    .into_any()
}

#[component]
fn Form(project: Project, limiter: Option<RateLimiter>) -> impl IntoView {
    let attempt = Attempt::of::<SetProjectEdge>();
    let typed = attempt.typed::<EdgeForm>().unwrap_or_else(|| EdgeForm::of(&project.edge));
    view! {
        <CommandForm attempt=attempt.clone() class="form wide">
            <input type="hidden" name="id" value=project.id.to_string()/>
            <MadeFrom attempt=attempt.clone() generation=project.generation/>
            <PolicyFields name="form" field="edge" typed attempt limiter/>
            <div class="buttons"><Submit text="Save network policy" busy="Saving network policy" kind=""/></div>
        </CommandForm>
    }
    .into_any()
}

/// The fleet's policy in one sentence.
fn beside(fleet: &EdgePolicy) -> String {
    let paths: Vec<&str> = fleet.blocked_paths.iter().map(AsRef::as_ref).collect();
    let mut clauses = vec![if paths.is_empty() {
        "The fleet blocks no path".to_owned()
    } else {
        format!("The fleet blocks {}", paths.join(", "))
    }];
    if !fleet.allow.is_empty() {
        clauses.push(format!("allows {} only", crate::text::count(fleet.allow.len(), "network", "networks")));
    }
    if !fleet.deny.is_empty() {
        clauses.push(format!("denies {}", crate::text::count(fleet.deny.len(), "network", "networks")));
    }
    clauses.push(format!("accepts bodies of up to {}", fleet.max_body.unwrap_or(model::edge::MAX_BODY)));
    clauses.extend(fleet.rate_limit.map(|limit| format!("allows {limit} per address")));
    format!("{}. The policy below is combined with it.", clauses.join(", "))
}

#[cfg(test)]
mod tests;
