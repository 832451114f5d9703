//! The request of a rollout. The form sends itself to this page, which checks it and offers to begin.

use leptos::prelude::*;
use model::{Action, FieldError, Problem, ProjectClass, RolloutPlan, Target};

use super::api::get_rollout_plan;
use super::form::RolloutForm;
use super::plan::Checked;
use crate::components::{Crumb, Input, PageHead, ProblemBanner, TextField};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::session::permitted;

/// The page. What is in its address is checked.
pub(crate) async fn new_rollout_page() -> Document {
    let typed = RolloutForm::of_address();
    let plan = match &typed {
        Some(form) => Some(get_rollout_plan(form.draft()).await),
        None => None,
    };
    let content = view! {
        <div class="page" data-page="new-rollout">
            <PageHead title="New rollout" crumbs=vec![Crumb::new("/rollouts", "Rollouts")]/>
            <Content typed plan/>
        </div>
    };
    Document::new("New rollout", Subject::Nothing, content)
}

#[component]
fn Content(typed: Option<RolloutForm>, plan: Option<Result<RolloutPlan, AppError>>) -> impl IntoView {
    let form = typed.unwrap_or_else(RolloutForm::suggested);
    let (plan, problem) = match plan {
        None => (None, None),
        Some(Ok(plan)) => (Some(plan), None),
        Some(Err(error)) => (None, Some(error.into_problem())),
    };
    let checked = plan.map(|plan| view! { <Checked plan form=form.clone()/> });
    permitted(Action::ProjectDeploy, Target::Anywhere, || view! { {checked}<Typed form problem/> }.into_any())
}

#[component]
fn Typed(form: RolloutForm, problem: Option<Problem>) -> impl IntoView {
    let faults = problem.as_ref().map(|problem| problem.errors.clone()).unwrap_or_default();
    let fault = move |name: &str| {
        let belongs = |error: &&FieldError| {
            error.field == name || error.field.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
        };
        faults.iter().find(belongs).cloned()
    };
    let shown = problem.filter(|problem| problem.errors.is_empty());
    view! {
        <form class="form wide" method="get" action="/rollouts/new">
            <ProblemBanner problem=shown/>
            <fieldset class="form">
                <legend>"Version"</legend>
                <div class="fields">
                    <TextField id="ref" name="ref" label="Commit, branch or tag" input=Input::Code text=form.r#ref.clone() fault=fault("ref")
                        hint="A branch or tag is resolved to its commit when you check."/>
                    <TextField id="release" name="release" label="Release" input=Input::Code text=form.release.clone() fault=fault("release")
                        optional="instead of a commit" hint="An image by tag or digest, or the file name of a program."/>
                    <TextField id="path" name="path" label="Path of the schema file" input=Input::Code text=form.path.clone() fault=fault("path")
                        optional="optional" hint="Needed where the projects have several schema files."/>
                    <TextField id="reason" name="reason" label="Reason" text=form.reason.clone() fault=fault("reason")/>
                </div>
            </fieldset>
            <fieldset class="form">
                <legend>"Projects"</legend>
                <div class="fields">
                    <TextField id="projects" name="projects" label="Ids" input=Input::Lines text=form.projects.clone() fault=fault("projects")
                        hint="One a line, in the order in which they are deployed. Or choose by label and class."/>
                    <TextField id="labels" name="labels" label="Labels" input=Input::Code text=form.labels.clone() fault=fault("labels")
                        optional="instead of ids" hint="KEY=VALUE, or KEY for any value. Development is deployed before production."/>
                    <Choice id="class" label="Class" chosen=form.class.clone() options=classes()/>
                </div>
            </fieldset>
            <How form=form.clone() at_once=fault("at_once") bake=fault("bake_s")/>
            <div class="buttons"><button class="button" data-kind="primary">"Check"</button></div>
            <p class="hint">"A check changes nothing: it makes the preflight of every project."</p>
        </form>
    }
    .into_any()
}

#[component]
fn How(form: RolloutForm, at_once: Option<FieldError>, bake: Option<FieldError>) -> impl IntoView {
    let rehearse = vec![
        ("", "By class, as DEPLOY_REHEARSAL says".to_owned()),
        ("yes", "Always".to_owned()),
        ("no", "Never".to_owned()),
    ];
    view! {
        <fieldset class="form">
            <legend>"How"</legend>
            <div class="fields">
            <TextField id="at_once" name="at_once" label="Projects at a time" text=form.at_once fault=at_once
                hint="1 to 8, once the first project is verified."/>
            <TextField id="bake_s" name="bake_s" label="Health check of the first project (seconds)" text=form.bake_s fault=bake
                hint="How long it has to stay healthy before the others begin; 0: not at all."/>
            <Choice id="rehearse" label="Rehearsal on a copy of the data" chosen=form.rehearse options=rehearse/>
            </div>
            <label class="check">
                <input type="checkbox" name="backup_first" value="true" checked=form.backup_first == "true"/>
                <span>"Take a backup of each project first"</span>
            </label>
            <label class="check">
                <input type="checkbox" name="pause" value="true" checked=form.pause == "true"/>
                <span>"Stop each project while its backup is taken"</span>
            </label>
        </fieldset>
    }
    .into_any()
}

fn classes() -> Vec<(&'static str, String)> {
    let any = ("", "Any class".to_owned());
    std::iter::once(any).chain(ProjectClass::ALL.map(|class| (class.as_str(), class.to_string()))).collect()
}

#[component]
fn Choice(
    id: &'static str,
    label: &'static str,
    chosen: String,
    options: Vec<(&'static str, String)>,
) -> impl IntoView {
    let option = |(value, text): (&'static str, String)| {
        view! { <option value=value selected=value == chosen>{text}</option> }
    };
    let options = options.into_iter().map(option).collect_view();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select class="input" id=id name=id>{options}</select>
        </div>
    }
    .into_any()
}
