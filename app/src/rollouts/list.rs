//! The rollouts, newest first.

use leptos::prelude::*;
use model::{Action, Rollout, Target};

use super::api::get_rollouts;
use super::marks::{StateMark, progress};
use crate::components::{Empty, PageHead, PagedList, Table, When, cursor, main_content};
use crate::document::{Document, Subject};
use crate::session::may;

/// The page.
pub(crate) async fn rollouts_page() -> Document {
    let rollouts = get_rollouts(cursor()).await;
    let content = view! {
        <div class="page" data-page="rollouts">
            <PageHead title="Rollouts">
                {may(Action::ProjectDeploy, Target::Anywhere).then(|| view! {
                    <a class="button" data-kind="primary" href="/rollouts/new">"New rollout"</a>
                })}
            </PageHead>
            {main_content(rollouts, true, |page| {
                let next = page.next_cursor.clone();
                view! { <PagedList path="/rollouts".to_owned() next><Rows rollouts=page.items/></PagedList> }
            })}
        </div>
    };
    Document::new("Rollouts", Subject::Fleet, content)
}

#[component]
fn Rows(rollouts: Vec<Rollout>) -> impl IntoView {
    if rollouts.is_empty() {
        return view! {
            <Empty icon="deploy" title="No rollout yet"
                detail="A rollout brings one commit or release to many projects: one project first, then the rest. A failure pauses it."/>
        }
        .into_any();
    }
    let rows = rollouts.into_iter().map(|rollout| view! { <Row rollout/> }).collect_view();
    view! {
        <Table label="Rollouts, newest first" heads=&["Target", "State", "Progress", "By", "Begun"] stack=true>{rows}</Table>
    }
    .into_any()
}

#[component]
fn Row(rollout: Rollout) -> impl IntoView {
    let href = format!("/rollouts/{}", rollout.id);
    view! {
        <tr data-row=rollout.id.to_string() data-state=rollout.state.as_str()>
            <th scope="row"><a class="row-link" href=href>{rollout.target.label()}</a><small>{rollout.reason}</small></th>
            <td><StateMark state=rollout.state/></td>
            <td>{progress(&rollout.counts)}</td>
            <td class="soft">{rollout.actor.label()}</td>
            <td class="soft"><When at=rollout.begun_at/></td>
        </tr>
    }
    .into_any()
}
