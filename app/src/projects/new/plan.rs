//! The result of a check: what a create would make.

use leptos::prelude::*;
use model::{CreatePlan, Hostname, Project, SchemaRef, SecretName};
use serde::Deserialize;

use crate::components::{Attempt, Banner, Fact, Facts, Sha, When};
use crate::projects::description::DescriptionFacts;

/// The plan among the values of a form that was checked.
#[derive(Deserialize)]
struct Checked {
    plan: CreatePlan,
}

/// The plan, if the form was checked and nothing is wrong with it.
pub(super) fn plan_of(attempt: &Attempt) -> Option<CreatePlan> {
    attempt.typed::<Checked>().map(|checked| checked.plan)
}

/// What would be made. A change of the form makes it outdated, which the style sheet shows.
#[component]
pub(super) fn PlanPanel(plan: CreatePlan) -> impl IntoView {
    let title = format!("{} can be created", plan.project.id);
    view! {
        <Banner tone="ok" icon="done" title detail="Nothing was changed or reserved."/>
        <p class="outdated">"The form was changed since this check."</p>
        <Facts>
            <Names project=plan.project.clone()/>
            <Schema plan=plan.clone()/>
            <Database plan=plan.clone()/>
            <Runtime plan/>
        </Facts>
    }
    .into_any()
}

#[component]
fn Names(project: Project) -> impl IntoView {
    let (id, name) = (project.id.to_string(), project.display_name.clone());
    let named = (name != id).then_some(name);
    let hostname = project.hostname.as_ref().map_or_else(
        || view! { "none; reached by the header " <code>"X-Atomo-Project"</code> " only" }.into_any(),
        |hostname| view! { <span class="mono">{hostname.to_string()}</span> }.into_any(),
    );
    let aliases: Vec<&str> = project.aliases.iter().map(Hostname::as_str).collect();
    let aliases = (!aliases.is_empty()).then(|| aliases.join(", "));
    view! {
        <Fact name="Id"><span class="mono">{id}</span></Fact>
        {named.map(|name| view! { <Fact name="Display name">{name}</Fact> })}
        <Fact name="Hostname">{hostname}</Fact>
        {aliases.map(|aliases| view! { <Fact name="Aliases"><span class="mono">{aliases}</span></Fact> })}
        <DescriptionFacts project/>
    }
    .into_any()
}

#[component]
fn Schema(plan: CreatePlan) -> impl IntoView {
    let schema = &plan.project.schema_ref;
    let (path, repo, sha) = (schema.path().to_owned(), source_text(schema), schema.commit().clone());
    let commit = plan.commit.map_or_else(
        || view! { "; the repository is still being read" }.into_any(),
        |commit| view! { ": "{commit.summary}" "<span class="faint">{commit.author}", "<When at=commit.at/></span> }.into_any(),
    );
    view! {
        <Fact name="Schema"><span class="mono">{path}</span>{repo}</Fact>
        <Fact name="Commit"><Sha commit=sha/>{commit}</Fact>
    }
    .into_any()
}

/// Where the file is from, behind its path.
fn source_text(schema: &SchemaRef) -> String {
    schema.repo().map_or_else(|| ", followed in development".to_owned(), |repo| format!(" of {repo}"))
}

#[component]
fn Database(plan: CreatePlan) -> impl IntoView {
    let reused = plan.database_reused.then_some(", the retained one with its secrets and media");
    let Project { id, database_server: server, pool_size, .. } = plan.project;
    let free = plan.connections_free;
    let connections = format!("pool of {pool_size}; {free} connections of {server} are free afterwards");
    view! {
        <Fact name="Database"><span class="mono">{id.database()}</span>" on "{server}{reused}</Fact>
        <Fact name="Connections">{connections}</Fact>
    }
    .into_any()
}

#[component]
fn Runtime(plan: CreatePlan) -> impl IntoView {
    let Project { release, limits, first_admin, .. } = plan.project;
    let release = release.map_or_else(|| "the fleet default".to_owned(), |release| release.to_string());
    let limits = format!("{}, {} restart attempts", limits.instance, limits.restarts);
    let generated = names(&plan.generated_secrets).unwrap_or_else(|| "none".to_owned());
    let unset = match &plan.unset_secrets {
        None => Some(view! { <Fact name="Secrets to set">"not checked: the secret store does not answer"</Fact> }.into_any()),
        Some(unset) => names(unset).map(|names| {
            view! { <Fact name="Secrets to set"><span class="mono">{names}</span>"; the project starts after they are set in its settings"</Fact> }.into_any()
        }),
    };
    let admin = first_admin.map(|admin| admin.email.to_string());
    view! {
        <Fact name="Release"><span class="mono">{release}</span></Fact>
        <Fact name="Limits">{limits}</Fact>
        <Fact name="Generated secrets"><span class="mono">{generated}</span></Fact>
        {unset}
        {admin.map(|email| view! { <Fact name="First admin">{email}</Fact> })}
    }
    .into_any()
}

/// The names, separated by commas; `None` without one.
fn names(names: &[SecretName]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(SecretName::as_str).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
