//! One commit compared with what runs: findings, diff, and the form that deploys it.

use leptos::prelude::*;
use model::{Action, DeployKind, DeployPlan, Project, SchemaDiff, Target};

use super::api::DeployProject;
use super::diff::{Diff, summary};
use super::effects::{backup_note, effects};
use super::findings::Findings;
use super::form::DeployForm;
use crate::components::{
    ActCommand, Attempt, Banner, CommandForm, Input, Section, Submit, TextField, main_content, quiet_content,
};
use crate::error::AppError;
use crate::session::permitted;

/// What is shown of the commit in the address.
pub(super) type Comparison = (Result<DeployPlan, AppError>, Result<SchemaDiff, AppError>);

/// The comparison.
#[component]
pub(super) fn Compared(project: Project, compared: Comparison) -> impl IntoView {
    let (plan, diff) = compared;
    main_content(plan, true, move |plan| {
        let beside = diff.as_ref().ok().map(|diff| {
            let text = format!("{}, {}", diff.path, summary(diff));
            view! { <span class="faint">{text}</span> }.into_any()
        });
        let waits = plan.waits_for.map(|operation| {
            let detail = "Another backup, restore or deploy of the project is open. It can be deployed when that is over.";
            view! {
                <Banner tone="info" icon="info" title="The project is at work" detail>
                    <a class="button" data-size="s" href=format!("/operations/{operation}")>"Open the operation"</a>
                </Banner>
            }
        });
        let form = permitted(Action::ProjectDeploy, Target::Project(&project.id), || {
            view! { <Form plan=plan.clone()/> }.into_any()
        });
        view! {
            {waits}
            <div class="split" data-aside="wide">
                <div class="stack">
                    <Findings preflight=plan.preflight.clone()/>
                    <Section id="diff" title="Schema" beside=beside>
                        {quiet_content(diff, |diff| view! { <Diff diff/> })}
                    </Section>
                </div>
                <aside class="stack aside">{form}</aside>
            </div>
        }
    })
}

#[component]
fn Form(plan: DeployPlan) -> impl IntoView {
    let attempt = Attempt::of::<DeployProject>();
    let typed = attempt.typed().unwrap_or_else(|| DeployForm::suggested(&plan));
    let short = plan.to.schema_ref.commit().short();
    let text = match plan.kind {
        DeployKind::Deploy => format!("Deploy {short}"),
        DeployKind::Rollback => format!("Roll back to {short}"),
    };
    let lines = effects(&plan).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let (id, confirms) = (plan.project_id.to_string(), plan.gate.confirm);
    let confirm = confirms.then(|| {
        let hint = format!("Findings can cost data or service. Type {id} to confirm.");
        view! {
            <div class="typed">
                <TextField id="confirm" name="form[confirm]" label="Project id" input=Input::Code text=typed.confirm.clone()
                    fault=attempt.fault("confirm") hint/>
            </div>
        }
    });
    let kind = if confirms { "destroy" } else { "primary" };
    view! {
        <section class="section go" aria-labelledby="go">
            <h2 id="go">{text.clone()}</h2>
            <ol class="will">{lines}</ol>
            <CommandForm attempt=attempt.clone()>
                <input type="hidden" name="id" value=plan.project_id.to_string()/>
                <Version plan=plan.clone()/>
                <Choices typed plan attempt=attempt.clone()/>
                {confirm}
                <div class="buttons">
                    <Submit text busy="Deploying" kind/>
                    <ActCommand/>
                </div>
            </CommandForm>
        </section>
    }
    .into_any()
}

/// The version, as it was compared.
#[component]
fn Version(plan: DeployPlan) -> impl IntoView {
    let schema = &plan.to.schema_ref;
    let release = plan.to.release.as_ref().map(ToString::to_string).unwrap_or_default();
    view! {
        <input type="hidden" name="form[ref]" value=schema.commit().to_string()/>
        <input type="hidden" name="form[repo]" value=schema.repo().map(ToString::to_string)/>
        <input type="hidden" name="form[path]" value=schema.path().to_owned()/>
        <input type="hidden" name="form[release]" value=release/>
    }
    .into_any()
}

/// The checkboxes.
#[component]
fn Choices(typed: DeployForm, plan: DeployPlan, attempt: Attempt) -> impl IntoView {
    let on = |text: &str| text == "true";
    let (backup, pause, rehearse) = (on(&typed.backup_first), on(&typed.pause), on(&typed.rehearse));
    let required = plan.gate.rehearse_required;
    let fault = attempt.fault("backup_first").or_else(|| attempt.fault("rehearse"));
    let fault = fault.map(|fault| {
        view! { <p class="error" data-once="">{format!("{} Accepted: {}.", fault.message, fault.accepted)}</p> }
    });
    let rehearsal = if required {
        "Required by DEPLOY_REHEARSAL. The server is started on a restored copy first, without a route and without the project's secrets."
    } else {
        "The server is started on a restored copy first, without a route and without the project's secrets."
    };
    let leftover: Vec<String> =
        plan.preflight.leftover_columns().map(|(table, column)| format!("{table}.{column}")).collect();
    view! {
        <label class="check">
            <input type="checkbox" name="form[backup_first]" value="true" checked=backup/>
            <span>"Take a backup first"</span>
            <span class="hint">{backup_note(&plan)}</span>
        </label>
        <label class="check">
            <input type="checkbox" name="form[pause]" value="true" checked=pause/>
            <span>"Stop the project while the backup is taken"</span>
            <span class="hint">"Then an undo loses nothing that was written before the deploy. Visitors see the maintenance page in that time."</span>
        </label>
        <label class="check">
            <input type="checkbox" name="form[rehearse]" value="true" checked=rehearse/>
            <span>"Rehearse on a copy of the data"</span>
            <span class="hint">{rehearsal}</span>
        </label>
        {(!leftover.is_empty()).then(|| view! { <Free checked=on(&typed.free) leftover/> })}
        {fault}
    }
    .into_any()
}

/// The columns that would refuse every new row, and what frees them.
#[component]
fn Free(checked: bool, leftover: Vec<String>) -> impl IntoView {
    let alter = |column: &String| {
        let (table, column) = column.split_once('.').unwrap_or((column, ""));
        format!("ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL;")
    };
    let statements = leftover.iter().map(alter).collect::<Vec<_>>().join("\n");
    view! {
        <label class="check">
            <input type="checkbox" name="form[free]" value="true" checked=checked/>
            <span>"Free the columns that are left over"</span>
            <span class="hint">"Before the server is started. Without it, every new row of these tables is refused."</span>
        </label>
        <code class="code">{statements}</code>
        <input type="hidden" name="form[leftover]" value=leftover.join("\n")/>
    }
    .into_any()
}
