//! One delete request: everything that its requester was shown, its guards, and the decision.

use leptos::prelude::*;
use model::{DeleteRequest, DeleteRequestState, ProjectId};

use super::api::get_trash;
use super::approvals::title;
use super::approve::Decide;
use super::destroyed::{Destroyed, Stays};
use super::named::request;
use crate::components::{Banner, Crumb, Fact, Facts, Guarded, PageHead, Section, When, main_content};
use crate::document::{Document, Subject};
use crate::text::exact;

/// The page.
pub(crate) async fn delete_request_page() -> Document {
    let (request, trash) = futures::join!(request(), get_trash());
    let in_trash: Vec<ProjectId> =
        trash.unwrap_or_default().into_iter().map(|project| project.project_id).collect();
    let heading = request.as_ref().map_or_else(|_| "Delete request".to_owned(), title);
    let subject = request.as_ref().map_or(Subject::Nothing, |it| Subject::Project(it.project_id.clone()));
    let content = view! {
        <div class="page" data-page="approval">
            <PageHead title=heading.clone() crumbs=vec![Crumb::new("/approvals", "Approvals")]/>
            {main_content(request, true, |request| view! { <Content request in_trash/> })}
        </div>
    };
    Document::new(heading, subject, content)
}

#[component]
fn Content(request: DeleteRequest, in_trash: Vec<ProjectId>) -> impl IntoView {
    let facts = request.shown.clone();
    view! {
        <Outcome request=request.clone() in_trash/>
        <div class="split" data-aside="wide">
            <div class="stack">
                <Destroyed facts=facts.clone()/>
                <Stays facts/>
                <Decide request=request.clone()/>
            </div>
            <aside class="stack aside"><RequestFacts request/></aside>
        </div>
    }
    .into_any()
}

/// Where the request is, and what was or was not changed.
#[component]
fn Outcome(request: DeleteRequest, in_trash: Vec<ProjectId>) -> impl IntoView {
    let id = request.project_id.clone();
    let (tone, icon, title) = heading(request.state);
    let trashed = request.state == DeleteRequestState::Executed && in_trash.contains(&id);
    let undelete = trashed.then(|| {
        view! { <Guarded href=format!("/trash/{id}/undelete") text="Undelete" icon="restore" size="s"/> }
    });
    let operation = request.operation_id.map(|operation| {
        view! { <a class="button" data-size="s" href=format!("/operations/{operation}")>"Open the operation"</a> }
    });
    view! { <Banner tone icon title detail=detail(&request)>{operation}{undelete}</Banner> }.into_any()
}

/// Tone, icon and title of a state.
const fn heading(state: DeleteRequestState) -> (&'static str, &'static str, &'static str) {
    match state {
        DeleteRequestState::Pending => ("warn", "info", "Waits for another operator"),
        DeleteRequestState::Approved => ("move", "info", "Approved"),
        DeleteRequestState::Executing => ("move", "info", "The delete is under way"),
        DeleteRequestState::Executed => ("ok", "info", "Executed"),
        DeleteRequestState::Refused => ("idle", "info", "Refused"),
        DeleteRequestState::Withdrawn => ("idle", "info", "Withdrawn"),
        DeleteRequestState::Expired => ("idle", "info", "Expired"),
        DeleteRequestState::Failed => ("bad", "down", "Given up; the project is not deleted"),
    }
}

/// Whether anything was changed, and what follows.
fn detail(request: &DeleteRequest) -> String {
    let id = &request.project_id;
    let reason = request.reason.as_ref().map(|reason| format!(" Reason: {reason}")).unwrap_or_default();
    match request.state {
        DeleteRequestState::Pending => {
            let expiry = exact(request.expires_at);
            format!("{id} runs, and nothing was changed. The request expires at {expiry}.")
        }
        DeleteRequestState::Approved => {
            format!("The delete begins as soon as its backup is verified. {id} runs until then.")
        }
        DeleteRequestState::Executing => {
            "The instance is stopped, and a last backup is taken and verified.".to_owned()
        }
        DeleteRequestState::Executed => {
            format!("{id} was moved to the trash; its last backup is verified.")
        }
        DeleteRequestState::Refused | DeleteRequestState::Withdrawn => {
            format!("Nothing was changed.{reason}")
        }
        DeleteRequestState::Expired => "No one decided in time. Nothing was changed.".to_owned(),
        DeleteRequestState::Failed => {
            let why = |problem: &model::Problem| format!("{}: {}", problem.title, problem.detail);
            request.problem.as_ref().map(why).unwrap_or_default()
        }
    }
}

#[component]
fn RequestFacts(request: DeleteRequest) -> impl IntoView {
    let project = format!("/projects/{}", request.project_id);
    let backup = |id: model::BackupId| format!("/projects/{}/backups/{id}", request.project_id);
    let (rests_on, last) = (backup(request.backup_id), request.last_backup_id.map(backup));
    let approval = if request.needs_approval { "by another operator" } else { "not needed" };
    let decided = request.decided_by.clone().zip(request.decided_at);
    view! {
        <Section id="request" title="Request">
            <Facts>
                <Fact name="Project"><a class="link" href=project>{request.project_id.to_string()}</a></Fact>
                <Fact name="Requested by">{request.actor.label()}</Fact>
                <Fact name="Requested"><When at=request.requested_at/></Fact>
                <Fact name="State">{request.state.to_string()}</Fact>
                <Fact name="Approval">{approval}</Fact>
                {decided.map(|(actor, at)| view! {
                    <Fact name="Decided by">{actor.label()}</Fact>
                    <Fact name="Decided"><When at/></Fact>
                })}
                <Fact name="Expires"><When at=request.expires_at/></Fact>
                <Fact name="Rests on"><a class="link" href=rests_on>"Backup and its proof"</a></Fact>
                {last.map(|href| view! { <Fact name="Last backup"><a class="link" href=href>"Backup and its proof"</a></Fact> })}
                <Fact name="Shown">{request.shown.sentence()}</Fact>
            </Facts>
        </Section>
    }
    .into_any()
}
