//! The secrets section of a project's settings.

use leptos::prelude::*;
use model::{Action, ProjectId, SecretInfo, Target};

use super::api::{PutSecret, get_secrets};
use super::typed::check_name;
use crate::components::{Attempt, CommandForm, Input, Load, Section, Submit, Table, TextField, When};
use crate::data::{Data, fetched};
use crate::error::AppError;
use crate::session::{may, permitted};
use crate::text::NONE;

type SecretData = Data<Result<Vec<SecretInfo>, AppError>>;

/// The section.
#[component]
pub(crate) fn SecretsPanel(id: ProjectId) -> impl IntoView {
    let of = id.clone();
    let content = permitted(Action::SecretView, Target::Project(&of), || view! { <Secrets id/> });
    view! { <Section id="secrets" title="Secrets">{content}</Section> }.into_any()
}

/// The list of secrets and the form that sets one.
#[component]
fn Secrets(id: ProjectId) -> impl IntoView {
    let put = ServerAction::<PutSecret>::new();
    let sets = may(Action::SecretPut, Target::Project(&id));
    let of = id.clone();
    let secrets: SecretData = fetched(move || put.version().get(), move |_| get_secrets(of.clone()));
    // name of the secret that was set last
    let set = RwSignal::new(None::<String>);
    let fields = move |attempt: Attempt| view! { <Fields id=id.clone() attempt put set/> };
    view! {
        <Load data=secrets children=|secrets| view! { <Rows secrets/> }/>
        <Transition><WasSet set secrets/></Transition>
        {sets.then(|| view! {
            <CommandForm action=put check=|put: &PutSecret| check_name(put.name.clone()).map(drop) children=fields/>
        })}
    }
    .into_any()
}

/// Confirms that a secret was set; names the version once it is known.
#[component]
fn WasSet(set: RwSignal<Option<String>>, secrets: SecretData) -> impl IntoView {
    let text = move || {
        let name = set.get()?;
        let version = secrets.with(|secrets| {
            let secrets = secrets.as_ref()?.as_ref().ok()?;
            secrets.iter().find(|secret| secret.name.as_str() == name).map(|secret| secret.version)
        });
        Some(version.map_or_else(
            || format!("{name} is set."),
            |version| format!("{name} is set, version {version}."),
        ))
    };
    view! { <p role="status">{text}</p> }.into_any()
}

#[component]
fn Rows(secrets: Vec<SecretInfo>) -> impl IntoView {
    let rows = secrets.into_iter().map(|secret| {
        let by =
            if secret.platform { "the platform" } else { "this project's environment, where it is named" };
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

#[component]
fn Fields(
    id: ProjectId,
    attempt: Attempt,
    put: ServerAction<PutSecret>,
    set: RwSignal<Option<String>>,
) -> impl IntoView {
    let typed =
        attempt.typed::<serde_json::Value>().and_then(|typed| Some(typed.get("name")?.as_str()?.to_owned()));
    let (name, value) = (RwSignal::new(typed.unwrap_or_default()), RwSignal::new(String::new()));
    // clears the sent value
    Effect::new(move |_| {
        if let Some(Ok(())) = put.value().get() {
            set.set(Some(name.get_untracked().trim().to_owned()));
            name.set(String::new());
            value.set(String::new());
        }
    });
    view! {
        <input type="hidden" name="id" value=id.to_string()/>
        <TextField id="secret_name" name="name" label="Name of the secret" input=Input::Code text=name
            fault=attempt.fault("name") hint="A capital letter, then capital letters, digits and underscores.".to_owned()/>
        <TextField id="secret_value" name="value" label="New value" input=Input::Secret text=value
            fault=attempt.fault("value") hint="It cannot be read back. Line ends are preserved. If the environment uses the secret, the instance is replaced.".to_owned()/>
        <Submit pending=attempt.pending text="Set secret" busy="Setting secret" kind=""/>
    }
    .into_any()
}
