//! The requests that wait for an approval, and the history of those that are over.

use leptos::prelude::*;
use model::{DeleteRequest, DeleteRequestState};

use super::api::{get_decided_requests, get_open_requests};
use crate::components::{
    Empty, PageHead, PagedList, Section, Table, When, cursor, main_content, quiet_content,
};
use crate::document::{Document, Subject};

/// The page.
pub(crate) async fn approvals_page() -> Document {
    let (open, decided) = futures::join!(get_open_requests(), get_decided_requests(cursor()));
    let pending = |request: &&DeleteRequest| request.state == DeleteRequestState::Pending;
    let waiting = open.as_ref().map_or(0, |open| open.iter().filter(pending).count());
    let lead = match waiting {
        0 => String::new(),
        1 => "1 request waits for an approval".to_owned(),
        more => format!("{more} requests wait for an approval"),
    };
    let decided = quiet_content(decided, |page| {
        let next = page.next_cursor;
        (!page.items.is_empty()).then(|| view! {
            <PagedList path="/approvals".to_owned() next>
                <Section id="decided" title="Decided"><Requests label="Decided requests" requests=page.items/></Section>
            </PagedList>
        })
    });
    let content = view! {
        <div class="page" data-page="approvals">
            <PageHead title="Approvals"><span class="lead">{lead}</span></PageHead>
            {main_content(open, true, |open| view! { <Open open/> })}
            {decided}
        </div>
    };
    Document::new("Approvals", Subject::Fleet, content)
}

#[component]
fn Open(open: Vec<DeleteRequest>) -> impl IntoView {
    if open.is_empty() {
        return view! {
            <Empty icon="info" title="No request is open"
                detail="A delete of a project with its database is listed here until another operator has approved or refused it."/>
        }
        .into_any();
    }
    view! { <Section id="open" title="Open"><Requests label="Open requests" requests=open/></Section> }
        .into_any()
}

#[component]
fn Requests(label: &'static str, requests: Vec<DeleteRequest>) -> impl IntoView {
    let rows = requests.into_iter().map(|request| view! { <Row request/> }).collect_view();
    view! {
        <Table label heads=&["Request", "State", "Requested by", "Requested", "Expires or decided"]
            figures=&["Requested", "Expires or decided"] stack=true>{rows}</Table>
    }
    .into_any()
}

#[component]
fn Row(request: DeleteRequest) -> impl IntoView {
    let is_pending = request.state == DeleteRequestState::Pending;
    let last = if is_pending { Some(request.expires_at) } else { request.ended_at.or(request.decided_at) };
    let href = format!("/approvals/{}", request.id);
    let own = request.is_own.then(|| view! { <small>"your request"</small> });
    view! {
        <tr>
            <th scope="row"><a class="link" href=href>{title(&request)}</a>{own}</th>
            <td data-request-state=request.state.as_str()>{request.state.to_string()}</td>
            <td>{request.actor.label()}</td>
            <td class="num soft"><When at=request.requested_at/></td>
            <td class="num soft">{last.map(|at| view! { <When at/> })}</td>
        </tr>
    }
    .into_any()
}

/// `Delete crm with its database`.
pub(super) fn title(request: &DeleteRequest) -> String {
    format!("Delete {} with its database", request.project_id)
}
