//! What needs an operator: one entry for each part that does not answer, then one for each project that no such part
//! explains, one for each project whose backups do, one for each drift finding, one for each paused rollout, then one for each proposed deploy:
//! the reason, since when, what is tried next, and the remedy.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::attention::Cause;
use model::{Action, Attention, Fleet, Health, Project, ProjectId, Remedy, Target};

use super::backup_fault::backup_fault;
use super::drift::drift;
use super::outage::outage;
use super::rollout::rollout;
use crate::components::{HeldRows, Icon, PostButton, When};
use crate::deploys::proposal_entry;
use crate::operations::api::RetryOperation;
use crate::session::may;
use crate::text::thousands;

/// Maximum number of entries: a cause that no part explains can concern every project.
const SHOWN: usize = 50;

/// Whether the caller may apply the remedy.
fn is_permitted(remedy: Remedy, project: &ProjectId) -> bool {
    let needed = match remedy {
        Remedy::Retry(_) => Action::OperationRetry,
        Remedy::ChangeCommit => Action::ProjectDeploy,
        Remedy::ReadLog => Action::ProjectLogs,
        Remedy::ReadOperation(_) | Remedy::Open | Remedy::Compare => Action::ProjectView,
    };
    may(needed, Target::Project(project))
}

/// The list of what needs an operator. Renders nothing if nothing does.
pub(super) fn attention(fleet: &Fleet) -> AnyView {
    let causes = fleet.attention();
    if causes.is_empty() {
        return ().into_any();
    }
    let number = causes.len();
    let more = (number > SHOWN).then(|| {
        let text = format!("{} more are in the list below.", thousands(number - SHOWN));
        view! { <p class="soft">{text}</p> }
    });
    let rows = causes.into_iter().take(SHOWN).map(|cause| match cause {
        Cause::Outage(found) => outage(&found),
        Cause::Project(project, need) => row(project, need),
        Cause::Backup(project, fault) => backup_fault(project, fault),
        Cause::Drift(project, finding) => drift(project, finding),
        Cause::Rollout(found) => rollout(found),
        Cause::Proposal(project, proposal) => proposal_entry(project, proposal),
    });
    let rows: Vec<AnyView> = rows.collect();
    view! {
        <section class="section attention-box" aria-labelledby="needs">
            <header>
                <h2 id="needs">"Needs attention"</h2>
                <span class="count">{thousands(number)}</span>
            </header>
            <HeldRows><ol class="attention">{rows}</ol></HeldRows>
            {more}
        </section>
    }
    .into_any()
}

/// Tone and icon of a health in the list.
pub(super) const fn tone_and_icon(health: Health) -> (&'static str, &'static str) {
    match health {
        Health::Down => ("bad", "down"),
        Health::Degraded => ("warn", "degraded"),
        Health::Unknown => ("unknown", "unknown"),
        Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended => ("warn", "drift"),
    }
}

fn row(project: &Project, attention: Attention) -> AnyView {
    let id = &project.id;
    let (tone, icon) = tone_and_icon(attention.health);
    let times = times(&attention);
    let permitted = attention.remedies.into_iter().filter(|remedy| is_permitted(*remedy, id));
    let buttons: Vec<AnyView> = permitted.map(|remedy| button(remedy, id)).collect();
    view! {
        <li data-tone=tone data-row=id.to_string()>
            <Icon name=icon/>
            <a class="strong" href=format!("/projects/{id}")>{project.display_name.clone()}</a>
            <p title=attention.detail.clone()>{attention.what}<span class="faint">{attention.detail.clone()}</span></p>
            <span class="since soft">{times}</span>
            <div class="buttons">{buttons}</div>
        </li>
    }
    .into_any()
}

/// Since when, and when the next attempt is due.
pub(super) fn times(attention: &Attention) -> AnyView {
    let since = attention.since.map(|since| {
        let words = since.words(attention.health);
        view! { {words} " " <When at=since.at()/> }
    });
    let now = time::OffsetDateTime::now_utc();
    let lead = if since.is_some() { ", next attempt " } else { "next attempt " };
    let next = attention.next.filter(|at| *at > now).map(|at| view! { {lead} <When at/> });
    view! { {since} {next} }.into_any()
}

fn button(remedy: Remedy, id: &ProjectId) -> AnyView {
    let page = format!("/projects/{id}");
    let (href, text) = match remedy {
        Remedy::Retry(operation) => {
            let (fields, label) = (vec![("id", operation.to_string())], format!("Retry {id}"));
            return view! { <PostButton action=RetryOperation::url() fields text="Retry" label=label size="s"/> }
                .into_any();
        }
        Remedy::ReadOperation(operation) => (format!("/operations/{operation}"), "Read why"),
        Remedy::ChangeCommit => (format!("{page}/settings#change-commit"), "Change commit"),
        Remedy::ReadLog => (format!("{page}/logs"), "Read log"),
        Remedy::Open => (page, "Open"),
        Remedy::Compare => (page, "Compare"),
    };
    view! { <a class="button" data-size="s" href=href aria-label=format!("{text}: {id}")>{text}</a> }
        .into_any()
}
