//! The secrets section of a project's settings.

use leptos::prelude::*;
use model::{Action, ProjectId, SecretInfo, Target};

use super::api::PutSecret;
use crate::components::{Attempt, CommandForm, Input, Section, Submit, Table, TextField, When, content};
use crate::error::AppError;
use crate::session::{may, permitted};
use crate::text::NONE;

/// The section.
#[component]
pub(crate) fn SecretsPanel(id: ProjectId, secrets: Result<Vec<SecretInfo>, AppError>) -> impl IntoView {
    let of = id.clone();
    let body = permitted(Action::SecretView, Target::Project(&of), || view! { <Secrets id secrets/> });
    view! { <Section id="secrets" title="Secrets">{body}</Section> }.into_any()
}

/// The list of secrets and the form that sets one.
#[component]
fn Secrets(id: ProjectId, secrets: Result<Vec<SecretInfo>, AppError>) -> impl IntoView {
    let sets = may(Action::SecretPut, Target::Project(&id));
    view! {
        {content(secrets, |secrets| view! { <Rows secrets/> })}
        {sets.then(|| view! { <SetSecret id/> })}
    }
    .into_any()
}

#[component]
fn Rows(secrets: Vec<SecretInfo>) -> impl IntoView {
    let rows = secrets.into_iter().map(|secret| {
        let by =
            if secret.platform { "the platform" } else { "the project's environment, if it refers to it" };
        let changed = secret.changed_at.map_or_else(|| NONE.into_any(), |at| view! { <When at/> }.into_any());
        view! {
            <tr>
                <th scope="row" class="mono">{secret.name.to_string()}</th>
                <td>{secret.version}</td>
                <td class="soft">{changed}</td>
                <td class="soft">{by}</td>
            </tr>
        }
    });
    view! { <Table label="Secrets" heads=&["Name", "Version", "Changed", "Used by"]>{rows.collect_view()}</Table> }.into_any()
}

/// The form. A value is never sent back to the browser.
#[component]
fn SetSecret(id: ProjectId) -> impl IntoView {
    let attempt = Attempt::of::<PutSecret>();
    let name = attempt.typed_text("name").unwrap_or_default();
    let [name_fault, value_fault] = ["name", "value"].map(|field| attempt.fault(field));
    view! {
        <CommandForm attempt>
            <input type="hidden" name="id" value=id.to_string()/>
            <TextField id="secret_name" name="name" label="Name of the secret" input=Input::Code text=name fault=name_fault
                hint="A capital letter, then capital letters, digits and underscores."/>
            <TextField id="secret_value" name="value" label="New value" input=Input::Secret fault=value_fault
                hint="It cannot be read back. Line ends are preserved. If the environment uses the secret, the instance is replaced."/>
            <Submit text="Set secret" busy="Setting secret" kind=""/>
        </CommandForm>
    }
    .into_any()
}
