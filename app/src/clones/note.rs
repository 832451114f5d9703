//! From where a project got its data, at the top of its page.

use leptos::prelude::*;
use model::{Action, Project, ProjectOrigin, Target};

use crate::components::{Guarded, Icon, When};
use crate::session::may;

/// The line; nothing for a project that was created empty.
#[component]
pub(crate) fn OriginNote(project: Project) -> impl IntoView {
    project.origin.clone().map(|origin| {
        let source = view! { <a class="link" href=format!("/projects/{}", origin.source)>{origin.source.to_string()}</a> };
        let verb = if origin.is_clone() { "Clone of " } else { "Restored from a backup of " };
        let empty = (!origin.filled).then_some(". Its data is not in place yet; until then its instance is not started");
        view! {
            <div class="origin" data-origin=if origin.is_clone() { "clone" } else { "backup" }>
                <Icon name=if origin.is_clone() { "plus" } else { "archive" }/>
                <span>{verb}{source}<Expiry origin=origin.clone()/>{empty}</span>
                <Acts project/>
            </div>
            <LeftOut origin/>
        }
    })
}

#[component]
fn Expiry(origin: ProjectOrigin) -> impl IntoView {
    origin.expires_at.map(|at| view! { ", removed with its database "<When at/> })
}

/// The variables that are missing.
#[component]
fn LeftOut(origin: ProjectOrigin) -> impl IntoView {
    let names: Vec<String> = origin.left_out.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        view! { <p class="soft">{format!("Not copied from {}, because their values are secrets: {}.", origin.source, names.join(", "))}</p> }
    })
}

#[component]
fn Acts(project: Project) -> impl IntoView {
    let is_clone = project.origin.as_ref().is_some_and(ProjectOrigin::is_clone);
    let shows = |action| is_clone && may(action, Target::Project(&project.id));
    let page = format!("/projects/{}", project.id);
    let expiry = shows(Action::ProjectExpiry)
        .then(|| view! { <Guarded href=format!("{page}/expiry") text="Change the expiry" size="s"/> });
    let remove = shows(Action::ProjectDelete).then(
        || view! { <Guarded href=format!("{page}/delete") text="Remove the clone" kind="danger" size="s"/> },
    );
    view! { <span class="buttons">{expiry}{remove}</span> }
}
