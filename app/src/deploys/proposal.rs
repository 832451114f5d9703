//! The deploy that a push to the repository proposed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, DeployProposal, Project, Target};

use super::api::DismissProposal;
use crate::components::{Icon, PostButton, Sha, When};
use crate::session::may;

/// The buttons: *Compare* opens the page of deploys with the commit, *Dismiss* ends the proposal.
fn buttons(proposal: &DeployProposal) -> AnyView {
    let (id, short) = (&proposal.project_id, proposal.commit.sha.short());
    let target = Target::Project(id);
    let compare = may(Action::ProjectDeploy, target).then(|| {
        let href = format!("/projects/{id}/deploys?to={}", proposal.commit.sha);
        let label = format!("Compare {short} with what runs: {id}");
        view! { <a class="button" data-size="s" href=href aria-label=label>"Compare"</a> }
    });
    let dismiss = may(Action::ProposalDismiss, target).then(|| {
        let (fields, label) = (vec![("id", id.to_string())], format!("Dismiss {short}: {id}"));
        view! { <PostButton action=DismissProposal::url() fields text="Dismiss" busy="Dismissing" label size="s"/> }
    });
    view! { <div class="buttons">{compare}{dismiss}</div> }.into_any()
}

/// The proposal on the page of the project.
#[component]
pub(super) fn Proposed(proposal: DeployProposal) -> impl IntoView {
    let buttons = buttons(&proposal);
    let (branch, host) = (proposal.branch.clone(), proposal.host.label());
    view! {
        <section class="banner" data-tone="info" aria-labelledby="proposed">
            <Icon name="info"/>
            <div>
                <h2 id="proposed">"Proposed: "<Sha commit=proposal.commit.sha/>" "{proposal.commit.summary}</h2>
                <p>"By "{proposal.commit.author}", pushed to "{branch}" at "{host}" "<When at=proposal.proposed_at/>". It changes the schema file of this project. Nothing was deployed."</p>
            </div>
            {buttons}
        </section>
    }
    .into_any()
}

/// The entry under *Needs attention*.
pub(crate) fn proposal_entry(project: &Project, proposal: &DeployProposal) -> AnyView {
    let what = format!("Proposed: {}", proposal.what());
    let detail =
        format!("It was pushed to {} at {}. Nothing was deployed.", proposal.branch, proposal.host.label());
    view! {
        <li data-tone="info" data-row=format!("proposal {}", project.id)>
            <Icon name="info"/>
            <a class="strong" href=format!("/projects/{}/deploys", project.id)>{project.display_name.clone()}</a>
            <p title=what.clone()>{what.clone()}<span class="faint">{detail}</span></p>
            <span class="since soft">"pushed "<When at=proposal.proposed_at/></span>
            {buttons(proposal)}
        </li>
    }
    .into_any()
}
