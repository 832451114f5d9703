//! The members of a rollout in their order.

use leptos::prelude::*;
use model::{RolloutMember, RolloutMemberState};

use super::marks::MemberMark;
use crate::components::{Elapsed, Table};

/// The table.
#[component]
pub(super) fn Members(members: Vec<RolloutMember>) -> impl IntoView {
    let rows = members.into_iter().map(|member| view! { <Row member/> }).collect_view();
    let heads = &["Project", "State", "Why", "Duration", "Operation"];
    view! { <Table label="Projects in their order" heads=heads figures=&["Duration"] stack=true>{rows}</Table> }
        .into_any()
}

#[component]
fn Row(member: RolloutMember) -> impl IntoView {
    let href = format!("/projects/{}", member.project_id);
    let operation = member.operation_id.map(|operation| {
        let label = format!("Operation of {}", member.project_id);
        view! { <a class="link" href=format!("/operations/{operation}") aria-label=label>"Open"</a> }
    });
    let took = member.began_at.map(|from| view! { <Elapsed from to=member.ended_at/> });
    view! {
        <tr data-row=member.project_id.to_string() data-state=member.state.as_str()>
            <th scope="row">
                <span class="faint">{format!("{}. ", member.position)}</span>
                <a class="link" href=href>{member.project_id.to_string()}</a>
            </th>
            <td><MemberMark state=member.state/></td>
            <td>{why(&member)}</td>
            <td class="num soft">{took}</td>
            <td>{operation}</td>
        </tr>
    }
    .into_any()
}

/// Why it failed or was skipped, or what it waits for.
fn why(member: &RolloutMember) -> AnyView {
    let bakes = member.state == RolloutMemberState::Running && member.baking_since.is_some();
    match (&member.problem, &member.note) {
        (Some(problem), _) => {
            view! { {problem.title.clone()}<small>{problem.detail.clone()}</small> }.into_any()
        }
        (None, Some(note)) => view! { <span class="soft">{note.clone()}</span> }.into_any(),
        _ if bakes => view! { <span class="soft">"Deployed first; it has to stay healthy"</span> }.into_any(),
        _ => ().into_any(),
    }
}
