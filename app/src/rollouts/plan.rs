//! What a rollout would do, and the form that begins it.

use leptos::prelude::*;
use model::{FindingClass, PlannedMember, PlannedOutcome, RolloutPlan};

use super::api::BeginRollout;
use super::form::RolloutForm;
use crate::components::{ActCommand, Attempt, CommandForm, Icon, Section, Sha, Submit, Table};
use crate::text::count;

/// The check of every project, and the button.
#[component]
pub(super) fn Checked(plan: RolloutPlan, form: RolloutForm) -> impl IntoView {
    let [deploy, skip, block] = [PlannedOutcome::Deploy, PlannedOutcome::Skip, PlannedOutcome::Block]
        .map(|outcome| plan.count(outcome));
    let summary =
        format!("{}: {deploy} to deploy, {skip} to skip, {block} would pause it", plan.target.label());
    let beside = view! { <span class="faint">{summary}</span> }.into_any();
    let begin = (deploy > 0).then(|| view! { <Begin plan=plan.clone() form/> });
    let rows = plan.members.into_iter().map(|member| view! { <Row member/> }).collect_view();
    view! {
        <Section id="check" title="Check" beside=Some(beside)>
            <Table label="What would happen to each project" heads=&["Project", "Class", "Runs", "Outcome", "Worst finding"]
                stack=true>{rows}</Table>
        </Section>
        {begin}
    }
    .into_any()
}

#[component]
fn Row(member: PlannedMember) -> impl IntoView {
    let (tone, icon, text) = match member.outcome {
        PlannedOutcome::Deploy => ("ok", "deploy", "Deploy"),
        PlannedOutcome::Skip => ("idle", "suspended", "Skip: it has this version"),
        PlannedOutcome::Block => ("warn", "degraded", "Would pause the rollout"),
    };
    let why = member.problem.map(|problem| view! { <small>{problem.title}". "{problem.detail}</small> });
    let waits = member.waits_for.map(|operation| {
        view! { <small>"after "<a class="link" href=format!("/operations/{operation}")>"an open operation"</a></small> }
    });
    let worst = member.worst.map(FindingClass::label);
    view! {
        <tr data-row=member.project_id.to_string() data-outcome=format!("{:?}", member.outcome).to_lowercase()>
            <th scope="row"><a class="link" href=format!("/projects/{}", member.project_id)>{member.project_id.to_string()}</a></th>
            <td>{member.class.to_string()}</td>
            <td><Sha commit=member.from.schema_ref.commit().clone()/></td>
            <td><span class="status" data-tone=tone><Icon name=icon/>{text}</span>{why}{waits}</td>
            <td class="soft">{worst}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Begin(plan: RolloutPlan, form: RolloutForm) -> impl IntoView {
    let attempt = Attempt::of::<BeginRollout>();
    let pinned = RolloutForm { r#ref: pinned(&plan, &form), ..form };
    let hidden = pinned.pairs().into_iter().map(|(name, value)| {
        view! { <input type="hidden" name=format!("form[{name}]") value=value/> }
    });
    let first = plan.members.iter().find(|member| member.outcome != PlannedOutcome::Skip);
    let first = first.map(|member| member.project_id.to_string()).unwrap_or_default();
    let number = count(plan.members.len(), "project", "projects");
    view! {
        <section class="section go" aria-labelledby="go">
            <h2 id="go">"Begin the rollout"</h2>
            <ol class="will">
                <li>{format!("{first} is deployed first, alone, and has to stay healthy.")}</li>
                <li>"The others follow in this order, each with its own preflight, backup and rehearsal."</li>
                <li>"A failure pauses the rollout. Projects that are done keep the new version."</li>
            </ol>
            <CommandForm attempt>
                {hidden.collect_view()}
                <div class="buttons">
                    <Submit text=format!("Begin rollout to {number}") busy="Beginning" kind="primary"/>
                    <ActCommand/>
                </div>
            </CommandForm>
        </section>
    }
    .into_any()
}

/// The commit that was checked, also where a branch was typed.
fn pinned(plan: &RolloutPlan, form: &RolloutForm) -> String {
    match &plan.target {
        model::RolloutTarget::Schema { schema_ref } => schema_ref.commit().to_string(),
        model::RolloutTarget::Release { .. } => form.r#ref.clone(),
    }
}
