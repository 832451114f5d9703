//! The page that creates a project.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::hooks::use_query_map;
use model::{Action, RetainedDatabase, Target};

use super::api::{CreateProject, LoadCommits};
use super::commits::{Choice, Loads, SchemaFields};
use super::env::EnvEditor;
use super::form::{CreateForm, suggested_hostname};
use super::limits::LimitFields;
use super::placement::{PoolField, ServerChoice};
use crate::components::{
    Attempt, CommandForm, Crumb, FieldFault, Input, Load, PageHead, Section, Submit, TextField,
};
use crate::data::{Data, fetched};
use crate::error::AppError;
use crate::retained_databases::api::get_retained_databases;
use crate::session::{Flashes, permitted};

type RetainedData = Data<Result<Vec<RetainedDatabase>, AppError>>;

/// The page.
#[component]
pub(crate) fn NewPage() -> impl IntoView {
    let create = ServerAction::<CreateProject>::new();
    let asked = use_query_map().with_untracked(CreateForm::from_query);
    let choice = Choice::new({
        let (flashes, asked) = (Flashes::current(), asked.schema.clone());
        move || {
            let asked = asked.clone();
            async move {
                let came_back = flashes.of_form(CreateProject::url()).await;
                let typed =
                    came_back.and_then(|flash| serde_json::from_value::<CreateForm>(flash.values).ok());
                Some(typed.map_or(asked, |form| form.schema))
            }
        }
    });
    let retained = fetched(|| (), |()| get_retained_databases());
    let key = SharedValue::new(|| uuid::Uuid::new_v4().to_string()).into_inner();
    let form = move |attempt: Attempt| {
        let typed = attempt.typed::<CreateForm>().unwrap_or_else(|| asked.clone());
        view! {
            <input type="hidden" name="idempotency_key" value=key.clone()/>
            <Fields attempt typed choice retained/>
        }
    };
    view! {
        <div class="page" data-page="new">
            <PageHead title="Create project" crumbs=vec![Crumb::new("/", "Fleet")]/>
            <div class="split">
                {permitted(Action::ProjectCreate, Target::Anywhere, || view! {
                    <CommandForm action=create class="form wide" check=|create: &CreateProject| create.form.check() children=form/>
                })}
                <aside class="stack aside"><WhatWillHappen/></aside>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Fields(attempt: Attempt, typed: CreateForm, choice: Choice, retained: RetainedData) -> impl IntoView {
    let (problem, pending) = (attempt.problem, attempt.pending);
    let (schema, env, reuse) = (typed.schema.clone(), typed.env.clone(), typed.reuse.clone());
    let (schema_attempt, more) = (attempt.clone(), attempt.clone());
    let limits = typed.clone();
    // POST, so that typed values do not get into addresses and their history
    let loads = Loads { method: "post", address: LoadCommits::url().to_owned() };
    view! {
        <Names attempt=attempt.clone() typed=typed.clone()/>
        <fieldset class="form">
            <legend>"Schema"</legend>
            <div class="form">
                <SchemaFields prefix="form[schema]" typed=schema choice attempt=schema_attempt loads/>
            </div>
        </fieldset>
        <fieldset class="form">
            <legend>"Environment"</legend>
            <EnvEditor rows=env problem/>
        </fieldset>
        <fieldset class="form">
            <legend>"Data"</legend>
            <div class="form">
                <TextField id="admin_email" name="form[admin_email]" label="First admin" optional="optional" input=Input::Email
                    text=RwSignal::new(typed.admin_email) fault=attempt.fault("admin_email")
                    hint="An e-mail address. The password is generated and shown once.".to_owned()/>
                <ServerChoice named=typed.database_server attempt=attempt.clone()/>
                <PoolField text=typed.pool_size attempt=attempt.clone() hint="Default: the setting of the fleet."/>
                <Reuse reuse attempt retained/>
            </div>
        </fieldset>
        <More attempt=more typed=limits/>
        <div class="buttons">
            <Submit pending text="Create project" busy="Creating project"/>
            <a class="button" href="/">"Cancel"</a>
        </div>
    }
    .into_any()
}

/// Fields that most projects leave empty; open if the form comes back with an error.
#[component]
fn More(attempt: Attempt, typed: CreateForm) -> impl IntoView {
    let faulty = attempt.problem.with_untracked(|problem| {
        let is_mine = |field: &str| field == "release" || field.starts_with("limits.");
        problem.as_ref().is_some_and(|problem| problem.errors.iter().any(|error| is_mine(&error.field)))
    });
    let fault = attempt.fault("release");
    view! {
        <details open=faulty>
            <summary class="link">"Limits and release"</summary>
            <div class="form">
                    <LimitFields prefix="form[limits]" attempt typed=typed.limits optional="optional"/>
                    <TextField id="release_ref" name="form[release]" label="Release" optional="optional" input=Input::Code
                        text=RwSignal::new(typed.release) fault
                        hint="An image by tag or digest, or the file name of a program. Default: the present release of the fleet, pinned.".to_owned()/>
            </div>
        </details>
    }
    .into_any()
}

/// Id, display name and hostnames. The hostname follows the id until the operator edits it.
#[component]
fn Names(attempt: Attempt, typed: CreateForm) -> impl IntoView {
    let (id, hostname) = (RwSignal::new(typed.id), RwSignal::new(typed.hostname));
    Effect::new(move |before: Option<String>| {
        let id = id.get();
        let follows = hostname.with_untracked(|host| {
            host.is_empty() || before.is_some_and(|before| *host == suggested_hostname(&before))
        });
        if follows {
            hostname.set(suggested_hostname(&id));
        }
        id
    });
    view! {
        <fieldset class="form">
            <legend>"Name"</legend>
            <div class="form">
                <TextField id="id" name="form[id]" label="Project id" input=Input::Code text=id fault=attempt.fault("id")
                    check=|text| model::ProjectId::try_from(text).map(drop)
                    hint="3 to 40 of a to z, 0 to 9 and hyphen, starting with a letter. Cannot be changed later.".to_owned()/>
                <TextField id="display_name" name="form[display_name]" label="Display name" optional="optional"
                    text=RwSignal::new(typed.display_name) fault=attempt.fault("display_name") hint="Default: the id.".to_owned()/>
                <TextField id="hostname" name="form[hostname]" label="Hostname" input=Input::Code text=hostname
                    fault=attempt.fault("hostname") check=super::settings::check_hostname
                    hint="The public name. Names ending in .localhost work on this machine without DNS.".to_owned()/>
                <TextField id="aliases" name="form[aliases]" label="Aliases" optional="optional, one a line" input=Input::Lines
                    text=RwSignal::new(typed.aliases) fault=super::settings::alias_fault(&attempt)/>
            </div>
        </fieldset>
    }
    .into_any()
}

/// The retained databases that can be used again, if there are any.
#[component]
fn Reuse(reuse: String, attempt: Attempt, retained: RetainedData) -> impl IntoView {
    let show = move |retained: Vec<RetainedDatabase>| {
        let usable = retained.iter().filter(|it| !it.presence.is_lost());
        let ids: Vec<String> = usable.map(|it| it.project_id.to_string()).collect();
        let (checked, fault) = (reuse == "true", attempt.fault("reuse_database"));
        (!ids.is_empty()).then(|| view! {
            <div class="field">
                <label class="check">
                    <input type="checkbox" name="form[reuse]" value="true" checked=checked/>
                    <span>"Reuse the retained database of this id"</span>
                    <span class="hint">{format!("Retained with their secrets and media: {}.", ids.join(", "))}</span>
                </label>
                <FieldFault id="reuse-fault" fault/>
            </div>
        })
    };
    view! { <Load data=retained children=show/> }.into_any()
}

#[component]
fn WhatWillHappen() -> impl IntoView {
    let steps = [
        "A database password and a JWT_SECRET are generated in the secret store.",
        "A role and a database are created; no other project's credential opens them.",
        "The schema file of this commit is written, read-only.",
        "The instance starts and migrates its database.",
        "The route is published and verified by one request through the gateway.",
    ];
    view! {
        <Section id="what" title="What will happen">
            <ol class="will">{steps.map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
            <p class="soft">"This takes a few seconds. Nothing is public before the instance is ready; every step is shown as it happens."</p>
        </Section>
    }
    .into_any()
}
