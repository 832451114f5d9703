//! The table of the deploys of a project, newest first.

use leptos::prelude::*;
use model::{Action, Deploy, DeployKind, DeployState, Target};

use crate::components::{Elapsed, Empty, Figure, Guarded, Icon, Sha, Table, When};
use crate::session::may;
use crate::text::took_ms;

const HEADS: &[&str] = &["Commit", "State", "By", "Requested", "Duration", "Actions"];

/// The table, or why it is empty.
#[component]
pub(super) fn DeployRows(deploys: Vec<Deploy>) -> impl IntoView {
    if deploys.is_empty() {
        return view! {
            <Empty icon="deploy" title="No deploy yet"
                detail="A deploy gives the project another commit of its schema: with a backup, a rehearsal on a copy where it is wanted, and a proof. It goes back by itself if it fails."/>
        }
        .into_any();
    }
    let rows = deploys.into_iter().map(|deploy| view! { <Row deploy/> }).collect_view();
    view! { <Table label="Deploys, newest first" heads=HEADS figures=&["Duration"] stack=true>{rows}</Table> }
        .into_any()
}

#[component]
fn Row(deploy: Deploy) -> impl IntoView {
    let page = format!("/projects/{}/deploys/{}", deploy.project_id, deploy.id);
    let state = deploy.state;
    let verb = (deploy.kind == DeployKind::Rollback).then_some("roll back, ");
    let from = deploy.from.schema_ref.commit().clone();
    let acts = view! { <Acts deploy=deploy.clone()/> };
    view! {
        <tr data-row=deploy.id.to_string() data-state=state.as_str()>
            <th scope="row">
                <a class="row-link" href=page><Sha commit=deploy.commit.sha.clone()/>" "{deploy.commit.summary.clone()}</a>
                <small>{verb}"before "<Sha commit=from/>{release(&deploy)}</small>
            </th>
            <td><StateMark state/></td>
            <td class="soft">{deploy.actor.label()}</td>
            <td class="soft"><When at=deploy.requested_at/></td>
            <td class="num soft">{duration(&deploy)}</td>
            <td><div class="buttons row-buttons">{acts}</div></td>
        </tr>
    }
    .into_any()
}

/// The release, if the deploy changed it.
fn release(deploy: &Deploy) -> Option<String> {
    let release =
        deploy.to.release.as_ref().filter(|release| deploy.from.release.as_ref() != Some(release))?;
    Some(format!(", release {release}"))
}

/// Where a deploy is.
#[component]
pub(super) fn StateMark(state: DeployState) -> impl IntoView {
    let (tone, icon, text) = match state {
        DeployState::Running => ("info", "progressing", "Running"),
        DeployState::Succeeded => ("ok", "done", "Done"),
        DeployState::Failed => ("bad", "down", "Failed, taken back"),
        DeployState::Cancelled => ("idle", "suspended", "Cancelled"),
    };
    view! {
        <span class="status" data-tone=tone>
            <Icon name=icon spin=state == DeployState::Running/>
            {text}
        </span>
    }
    .into_any()
}

/// How long it took, or how long it has been running.
pub(super) fn duration(deploy: &Deploy) -> AnyView {
    match deploy.ended_at {
        Some(ended) => {
            let millis = u64::try_from((ended - deploy.requested_at).whole_milliseconds());
            view! { <Figure text=took_ms(millis.unwrap_or_default())/> }.into_any()
        }
        None => view! { <Elapsed from=deploy.requested_at to=None/> }.into_any(),
    }
}

/// The ways back that apply to a deploy and that the caller may use.
#[component]
pub(super) fn Acts(
    deploy: Deploy,
    /// `s` inside table rows.
    #[prop(default = "s")]
    size: &'static str,
) -> impl IntoView {
    let shows = |action, applies: bool| applies && may(action, Target::Project(&deploy.project_id));
    let short = deploy.commit.sha.short().to_owned();
    let page = format!("/projects/{}/deploys", deploy.project_id);
    let back = shows(Action::ProjectDeploy, deploy.state == DeployState::Succeeded).then(|| {
        let release = deploy.to.release.as_ref().map(|release| format!("&release={release}"));
        let href = format!("{page}?to={}{}", deploy.commit.sha, release.unwrap_or_default());
        let label = format!("Compare {short} with what runs");
        view! { <a class="button" data-size=size href=href aria-label=label>"Compare"</a> }
    });
    let undo = shows(Action::BackupRestore, deploy.undo_until.is_some()).then(|| {
        let href = format!("{page}/{}/undo", deploy.id);
        let label = format!("Undo {short} with its data");
        view! { <Guarded href text="Undo with data" label kind="danger" size/> }
    });
    view! { {back}{undo} }.into_any()
}
