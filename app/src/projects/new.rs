//! The page that creates a project: id and schema first, everything that has a default in folded sections.

mod plan;
mod source;

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, CreatePlan, DatabaseServer, HostnamePattern, RetainedDatabase, Target};

use self::plan::{PlanPanel, plan_of};
use self::source::Source;
use super::api::{CheckProject, CreateProject, LoadCommits, get_hostname_pattern};
use super::commits::{SchemaChoices, SchemaFields};
use super::description::{DescriptionFields, is_faulty};
use super::env::text::EnvTextField;
use super::env::{EnvEditor, EnvRow};
use super::form::CreateForm;
use super::form::limits::LimitsForm;
use super::limits::LimitFields;
use super::placement::{PoolField, ServerChoice};
use crate::address::{Address, Query};
use crate::components::{
    Attempt, CommandForm, Crumb, FieldFault, Input, PageHead, Section, Submit, TextField, content,
};
use crate::databases::api::get_database_servers;
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::retained_databases::api::get_retained_databases;
use crate::session::permitted;

/// What the form offers.
struct Offers {
    hostname: HostnamePattern,
    schema: SchemaChoices,
    retained: Result<Vec<RetainedDatabase>, AppError>,
    servers: Result<Vec<DatabaseServer>, AppError>,
}

/// The page.
pub(crate) async fn new_page() -> Document {
    let attempt = Attempt::of::<CreateProject>();
    let (source, hostname) = futures::join!(Source::load(), get_hostname_pattern());
    let hostname = hostname.unwrap_or_default();
    let filled = || source.as_ref().and_then(Source::form);
    let linked = || linked(&Address::current().query, &hostname);
    let typed: CreateForm = attempt.typed().or_else(filled).unwrap_or_else(linked);
    let (schema, retained, servers) = futures::join!(
        SchemaChoices::load(typed.schema.clone()),
        get_retained_databases(),
        get_database_servers(),
    );
    let offers = Offers { hostname, schema, retained, servers };
    let source = source.map(Source::note);
    let form = permitted(Action::ProjectCreate, Target::Anywhere, || view! { <Form attempt typed offers/> });
    let content = view! {
        <div class="page" data-page="new">
            <PageHead title="Create project" crumbs=vec![Crumb::new("/", "Fleet")]/>
            {source}
            <div class="split">
                {form}
                <aside class="stack aside"><Steps/></aside>
            </div>
        </div>
    };
    Document::new("Create project", Subject::Nothing, content)
}

/// The form that a link to the page fills in. A link with an id and without a hostname gets the suggested hostname.
fn linked(query: &Query, hostname: &HostnamePattern) -> CreateForm {
    let form = CreateForm::from_query(query);
    if query.get("hostname").is_some() {
        return form;
    }
    CreateForm { hostname: hostname.fill(form.id.trim()), ..form }
}

#[component]
fn Form(attempt: Attempt, typed: CreateForm, offers: Offers) -> impl IntoView {
    let CreateForm { id, env, env_text, .. } = typed.clone();
    let Offers { hostname, schema, retained, servers } = offers;
    let plan = plan_of(&attempt);
    view! {
        <CommandForm attempt=attempt.clone() class="form wide">
            <fieldset class="form">
                <legend>"Project"</legend>
                <TextField id="id" name="form[id]" label="Project id" input=Input::Code text=id fault=attempt.fault("id")
                    hint="3 to 40 of a to z, 0 to 9 and hyphen, starting with a letter. Cannot be changed later."/>
                {typed.hostname.is_empty().then(|| view! { <NoHostname/> })}
            </fieldset>
            <fieldset class="form">
                <legend>"Schema"</legend>
                <div class="form">
                    <SchemaFields prefix="form[schema]" choices=schema attempt=attempt.clone() loads=LoadCommits::url()/>
                </div>
            </fieldset>
            <Names attempt=attempt.clone() typed=typed.clone() pattern=hostname/>
            <Described attempt=attempt.clone() typed=typed.clone()/>
            <Environment attempt=attempt.clone() env text=env_text/>
            <Database attempt=attempt.clone() typed=typed.clone() retained servers/>
            <Release attempt typed/>
            <Buttons plan/>
        </CommandForm>
    }
    .into_any()
}

/// The result of the last check, and the buttons.
#[component]
fn Buttons(plan: Option<CreatePlan>) -> impl IntoView {
    view! {
        <div class="plan" id="plan" role="status">{plan.map(|plan| view! { <PlanPanel plan/> })}</div>
        <div class="buttons">
            <Submit text="Create project" busy="Creating project"/>
            <Submit text="Check without creating" busy="Checking" kind="" action=CheckProject::url()/>
            <a class="button" href="/">"Cancel"</a>
        </div>
    }
    .into_any()
}

/// Shown where no script runs, because there the hostname does not follow the id.
#[component]
fn NoHostname() -> impl IntoView {
    view! {
        <p class="hint no-script">
            "Without JavaScript the hostname does not follow the id. While the field "<a href="#hostname">"Hostname"</a>
            " below is empty, the project will have no hostname and is reached by the header X-Atomo-Project only."
        </p>
    }
    .into_any()
}

/// Fields that have a default.
#[component]
fn Folded(
    title: &'static str,
    /// Whether one of the fields has a value of its own or an error.
    open: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <details open=open>
            <summary class="link">{title}</summary>
            <div class="form">{children()}</div>
        </details>
    }
    .into_any()
}

/// Whether one of the fields has an error.
fn faulty(attempt: &Attempt, fields: &[&str]) -> bool {
    fields.iter().any(|field| attempt.fault_in(field).is_some())
}

/// Whether one of the texts is not empty.
fn given(texts: &[&str]) -> bool {
    texts.iter().any(|text| !text.trim().is_empty())
}

/// Display name and hostnames. In a browser with JavaScript name and hostname follow the id until they are edited.
#[component]
fn Names(attempt: Attempt, typed: CreateForm, pattern: HostnamePattern) -> impl IntoView {
    let is_own = |text: &str, suggested: &str| !text.is_empty() && text != suggested;
    let id = typed.id.trim();
    let open = is_own(&typed.hostname, &pattern.fill(id))
        || is_own(&typed.display_name, id)
        || given(&[&typed.aliases])
        || faulty(&attempt, &["display_name", "hostname", "aliases"]);
    view! {
        <Folded title="Display name and hostnames" open>
            <TextField id="display_name" name="form[display_name]" label="Display name" optional="optional"
                text=typed.display_name follows=("id", "{id}".to_owned()) fault=attempt.fault("display_name")
                hint="Default: the id."/>
            <TextField id="hostname" name="form[hostname]" label="Hostname" input=Input::Code text=typed.hostname
                follows=("id", pattern.to_string()) fault=attempt.fault("hostname")
                hint="The public name. Empty: none; the project is reached by the header X-Atomo-Project only. Names ending in .localhost work on this machine without DNS."/>
            <TextField id="aliases" name="form[aliases]" label="Aliases" optional="optional, one a line" input=Input::Lines
                text=typed.aliases fault=attempt.fault_in("aliases")/>
        </Folded>
    }
    .into_any()
}

#[component]
fn Described(attempt: Attempt, typed: CreateForm) -> impl IntoView {
    let typed = typed.description;
    let open = !typed.is_default() || is_faulty(&attempt);
    view! {
        <Folded title="Labels and class" open>
            <DescriptionFields typed attempt/>
        </Folded>
    }
    .into_any()
}

#[component]
fn Environment(attempt: Attempt, env: Vec<EnvRow>, text: String) -> impl IntoView {
    let open = given(&[&text])
        || env.iter().any(|row| *row != EnvRow::default())
        || faulty(&attempt, &["env", "env_text"]);
    let is_text = given(&[&text]);
    view! {
        <Folded title="Environment" open>
            <EnvEditor rows=env problem=attempt.problem.clone()/>
            <details open=is_text>
                <summary class="link">"Edit as text"</summary>
                <EnvTextField text problem=attempt.problem label="Further variables" hint="In addition to the rows."/>
            </details>
        </Folded>
    }
    .into_any()
}

/// First admin, database server, pool, and whether a retained database is reused.
#[component]
fn Database(
    attempt: Attempt,
    typed: CreateForm,
    retained: Result<Vec<RetainedDatabase>, AppError>,
    servers: Result<Vec<DatabaseServer>, AppError>,
) -> impl IntoView {
    let fields = ["admin_email", "database_server", "pool_size", "reuse_database"];
    let is_retained = |database: &RetainedDatabase| database.project_id.as_str() == typed.id.trim();
    let open = given(&[&typed.admin_email, &typed.database_server, &typed.pool_size, &typed.reuse])
        || faulty(&attempt, &fields)
        || retained.as_ref().is_ok_and(|retained| retained.iter().any(is_retained));
    let reuse = typed.reuse == "true";
    view! {
        <Folded title="First admin and database" open>
            <TextField id="admin_email" name="form[admin_email]" label="First admin" optional="optional" input=Input::Email
                text=typed.admin_email fault=attempt.fault("admin_email")
                hint="An e-mail address. The password is generated and shown once."/>
            <ServerChoice named=typed.database_server servers attempt=attempt.clone()/>
            <PoolField text=typed.pool_size attempt=attempt.clone() optional="optional" hint="Default: the setting of the fleet."/>
            <Reuse checked=reuse attempt retained/>
        </Folded>
    }
    .into_any()
}

/// The retained databases that can be reused, if there are any.
#[component]
fn Reuse(
    checked: bool,
    attempt: Attempt,
    retained: Result<Vec<RetainedDatabase>, AppError>,
) -> impl IntoView {
    let fault = attempt.fault("reuse_database");
    content(retained, move |retained| {
        let usable = retained.iter().filter(|database| !database.presence.is_lost());
        let ids: Vec<String> = usable.map(|database| database.project_id.to_string()).collect();
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
    })
}

#[component]
fn Release(attempt: Attempt, typed: CreateForm) -> impl IntoView {
    let open = typed.limits != LimitsForm::default()
        || given(&[&typed.release])
        || faulty(&attempt, &["release", "limits"]);
    view! {
        <Folded title="Release and limits" open>
            <TextField id="release_ref" name="form[release]" label="Release" optional="optional" input=Input::Code
                text=typed.release fault=attempt.fault("release")
                hint="An image by tag or digest, or the file name of a program. Default: the present release of the fleet, pinned."/>
            <LimitFields prefix="form[limits]" attempt typed=typed.limits optional="optional"/>
        </Folded>
    }
    .into_any()
}

#[component]
fn Steps() -> impl IntoView {
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
