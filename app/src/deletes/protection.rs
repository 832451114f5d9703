//! The deletion protection of a project.

use leptos::prelude::*;
use model::{Action, Project, ProjectId, Target};

use super::api::SwitchDeleteProtection;
use crate::components::{Attempt, Banner, CommandForm, MadeFrom, Submit};
use crate::session::permitted;

/// The state and the switch.
#[component]
pub(crate) fn Protection(project: Project) -> impl IntoView {
    let id = project.id.clone();
    let state = if project.delete_protection {
        "On. Neither kind of delete is accepted."
    } else {
        "Off. The project can be deleted by those who may."
    };
    let switch = permitted(Action::ProjectProtect, Target::Project(&id), || view! { <Switch project/> });
    view! { <p class="soft">{state}</p> {switch} }.into_any()
}

#[component]
fn Switch(project: Project) -> impl IntoView {
    let attempt = Attempt::of::<SwitchDeleteProtection>();
    let (text, next) = if project.delete_protection {
        ("Switch the deletion protection off", "off")
    } else {
        ("Switch the deletion protection on", "on")
    };
    let (id, generation) = (project.id.to_string(), project.generation);
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <MadeFrom attempt=attempt.clone() generation/>
            <input type="hidden" name="form[delete_protection]" value=next/>
            <div class="buttons"><Submit text busy="Switching" kind=""/></div>
        </CommandForm>
    }
    .into_any()
}

/// In place of the form of a delete.
#[component]
pub(crate) fn IsProtected(id: ProjectId) -> impl IntoView {
    let href = format!("/projects/{id}/settings#protection");
    view! {
        <Banner tone="warn" icon="info" title=format!("The deletion protection of {id} is on")
            detail="Neither kind of delete is accepted until it is switched off.">
            <a class="button" data-size="s" href=href>"Open its settings"</a>
        </Banner>
    }
    .into_any()
}
