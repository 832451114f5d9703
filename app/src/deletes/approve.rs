//! The decision about a delete request: approve or refuse it, or withdraw one's own.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, DeleteRequest, DeleteRequestState, Target};

use super::api::{ApproveDeleteRequest, RefuseDeleteRequest, WithdrawDeleteRequest};
use super::named::request;
use crate::components::{
    ActCommand, Attempt, CommandForm, Crumb, Guarded, Input, PageHead, PostButton, Section, Submit,
    TextField, main_content,
};
use crate::document::{Document, Subject};
use crate::session::{may, permitted};

/// The page on which a request is approved.
pub(crate) async fn approve_page() -> Document {
    let request = request().await;
    let back =
        request.as_ref().map_or_else(|_| "/approvals".to_owned(), |it| format!("/approvals/{}", it.id));
    let content = view! {
        <div class="page" data-page="confirm">
            <PageHead title="Approve a delete" crumbs=vec![Crumb::new("/approvals", "Approvals"), Crumb::new(back, "Request")]/>
            <div data-dialog-content="">{main_content(request, true, |request| view! { <Approve request/> })}</div>
        </div>
    };
    Document::new("Approve a delete", Subject::Nothing, content)
}

#[component]
fn Approve(request: DeleteRequest) -> impl IntoView {
    let id = request.project_id.to_string();
    permitted(Action::ProjectDropApprove, Target::Project(&request.project_id), || {
        let attempt = Attempt::of::<ApproveDeleteRequest>();
        let [confirm, reason] =
            ["confirm", "reason"].map(|name| attempt.typed_text(name).unwrap_or_default());
        let (hint, text) = (format!("Type {id} to confirm."), format!("Approve the drop of {id}'s database"));
        let back = format!("/approvals/{}", request.id);
        view! {
            <div class="stack">
                <h2>{format!("Approve the drop of {id}'s database?")}</h2>
                <ol class="will">
                    <li>{format!("{id} is stopped, a last backup is taken and verified, and the database is moved to the trash.")}</li>
                    <li>"Until the days in the trash are over, Undelete brings everything back. Then only the backups remain."</li>
                </ol>
                <CommandForm attempt=attempt.clone()>
                    <input type="hidden" name="id" value=request.id.to_string()/>
                    <div class="typed">
                        <TextField id="confirm" name="confirm" label="Project id" input=Input::Code text=confirm
                            fault=attempt.fault("confirm") hint/>
                    </div>
                    <TextField id="reason" name="reason" label="Note" optional="optional, is recorded" text=reason
                        fault=attempt.fault("reason")/>
                    <div class="buttons">
                        <a class="button" href=back data-close="">"Cancel"</a>
                        <Submit text busy="Approving" kind="destroy"/>
                        <ActCommand/>
                    </div>
                    <p class="soft" data-facts="">{request.shown.sentence()}</p>
                </CommandForm>
            </div>
        }
        .into_any()
    })
}

/// The forms that apply to the request and the caller; nothing for one that is over or executing.
#[component]
pub(super) fn Decide(request: DeleteRequest) -> impl IntoView {
    let target = Target::Project(&request.project_id);
    let (is_pending, is_approved) =
        (request.state == DeleteRequestState::Pending, request.state == DeleteRequestState::Approved);
    if !is_pending && !is_approved {
        return ().into_any();
    }
    if request.is_own {
        return may(Action::ProjectDrop, target)
            .then(|| view! { <Withdraw request=request.clone()/> })
            .into_any();
    }
    let href = format!("/approvals/{}/approve", request.id);
    let approve = is_pending.then(|| {
        let text = "Approve";
        let label = format!("Approve the drop of {}'s database", request.project_id);
        view! { <div class="buttons"><Guarded href text label kind="danger"/></div> }
    });
    let decide = permitted(Action::ProjectDropApprove, target, || {
        view! { {approve} <Refuse request=request.clone()/> }
    });
    view! { <Section id="decide" title="Decision">{decide}</Section> }.into_any()
}

#[component]
fn Refuse(request: DeleteRequest) -> impl IntoView {
    let attempt = Attempt::of::<RefuseDeleteRequest>();
    let text = attempt.typed_text("reason").unwrap_or_default();
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=request.id.to_string()/>
            <TextField id="refusal" name="reason" label="Reason of a refusal" text fault=attempt.fault("reason")
                hint="For the requester; it is recorded."/>
            <div class="buttons"><Submit text=format!("Refuse the delete of {}", request.project_id) busy="Refusing" kind=""/></div>
        </CommandForm>
    }
    .into_any()
}

/// The requester cannot approve their own request.
#[component]
fn Withdraw(request: DeleteRequest) -> impl IntoView {
    let fields = vec![("id", request.id.to_string())];
    view! {
        <Section id="decide" title="Decision">
            <p class="soft">"This is your request. Another operator approves or refuses it; you can withdraw it."</p>
            <PostButton action=WithdrawDeleteRequest::url() fields text="Withdraw the request" busy="Withdrawing"/>
        </Section>
    }
    .into_any()
}
