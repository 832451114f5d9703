//! The edge policy of a project.

use leptos::prelude::*;
use model::{Action, EdgePolicy, Project, Target};

use super::api::{FleetSays, SetProjectEdge, get_fleet_edge};
use super::fields::PolicyFields;
use super::form::EdgeForm;
use crate::components::{Attempt, CommandForm, Load, MadeFrom, Section, Submit};
use crate::data::fetched;
use crate::session::permitted;

/// The panel in the project's settings.
#[component]
pub(crate) fn ProjectEdge(project: Project) -> impl IntoView {
    let fleet = fetched(|| (), |()| get_fleet_edge());
    let set = ServerAction::<SetProjectEdge>::new();
    let content = move |says| view! { <Panel project=project.clone() says set/> };
    view! {
        <Section id="edge" title="Edge">
            <Load data=fleet children=content/>
        </Section>
    }
    .into_any()
}

#[component]
fn Panel(project: Project, says: FleetSays, set: ServerAction<SetProjectEdge>) -> impl IntoView {
    let (id, generation) = (project.id.to_string(), project.generation);
    let (now, limiter) = (EdgeForm::of(&project.edge), says.limiter);
    let fields = move |attempt: Attempt| {
        let typed = attempt.typed::<EdgeForm>().unwrap_or_else(|| now.clone());
        let pending = attempt.pending;
        view! {
            <input type="hidden" name="id" value=id.clone()/>
            <MadeFrom attempt=attempt.clone() generation/>
            <PolicyFields name="form" field="edge" typed attempt limiter/>
            <div class="buttons"><Submit pending text="Save edge" busy="Saving edge"/></div>
        }
    };
    view! {
        <p class="soft">{beside(&says.edge.policy)}" "<a href="/gateway#policy">"The fleet's policy"</a></p>
        {permitted(Action::ProjectEdge, Target::Project(&project.id), || view! {
            <CommandForm action=set class="form wide" check=|set: &SetProjectEdge| set.form.check() children=fields/>
        })}
    }
    .into_any()
}

/// The fleet's policy in one sentence.
fn beside(fleet: &EdgePolicy) -> String {
    let paths: Vec<&str> = fleet.blocked_paths.iter().map(AsRef::as_ref).collect();
    let mut said = vec![if paths.is_empty() {
        "The fleet blocks no path".to_owned()
    } else {
        format!("The fleet blocks {}", paths.join(", "))
    }];
    if !fleet.allow.is_empty() {
        said.push(format!("allows {} only", crate::text::count(fleet.allow.len(), "network", "networks")));
    }
    if !fleet.deny.is_empty() {
        said.push(format!("denies {}", crate::text::count(fleet.deny.len(), "network", "networks")));
    }
    said.push(format!("accepts bodies of up to {}", fleet.max_body.unwrap_or(model::edge::MAX_BODY)));
    said.extend(fleet.rate_limit.map(|limit| format!("allows {limit} per address")));
    format!("{}. The policy below is combined with it.", said.join(", "))
}

#[cfg(test)]
mod tests;
