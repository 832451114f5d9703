//! The environment in the settings of a project: rows, and the same as text.

use leptos::prelude::*;
use model::{Project, SecretInfo};

use super::EnvEditor;
use super::text::EnvTextField;
use crate::components::{Attempt, CommandForm, MadeFrom, Submit};
use crate::projects::api::{ChangeEnvironment, ChangeEnvironmentText};
use crate::projects::form::EnvForm;
use crate::projects::form::env_text::EnvTextForm;

/// The section.
#[component]
pub(crate) fn EnvironmentPanel(
    project: Project,
    /// The secrets of the project; `None` if they could not be read.
    secrets: Option<Vec<SecretInfo>>,
) -> impl IntoView {
    let text = EnvTextForm::of(&project);
    let attempt = Attempt::of::<ChangeEnvironment>();
    let typed = attempt.typed().unwrap_or_else(|| EnvForm::of(&project));
    let (id, generation) = (project.id.to_string(), project.generation);
    let as_text = view! { <AsText id=id.clone() generation text/> };
    view! {
        <CommandForm attempt=attempt.clone() class="form wide">
            <input type="hidden" name="id" value=id/>
            <MadeFrom attempt=attempt.clone() generation/>
            <EnvEditor rows=typed.env problem=attempt.problem secrets/>
            <p class="hint">"Changing the environment replaces the instance; requests are held at the gateway meanwhile."</p>
            <div class="buttons"><Submit text="Save environment" busy="Saving environment" kind=""/></div>
        </CommandForm>
        {as_text}
    }
    .into_any()
}

/// The form of the text.
#[component]
fn AsText(id: String, generation: i64, text: EnvTextForm) -> impl IntoView {
    let attempt = Attempt::of::<ChangeEnvironmentText>();
    let typed: EnvTextForm = attempt.typed().unwrap_or(text);
    let open = attempt.came_back();
    view! {
        <details open=open>
            <summary class="link">"Edit as text"</summary>
            <CommandForm attempt=attempt.clone() class="form wide">
                <input type="hidden" name="id" value=id/>
                <MadeFrom attempt=attempt.clone() generation/>
                <EnvTextField text=typed.env_text problem=attempt.problem label="Environment as text"
                    hint="Saving replaces the whole environment and the instance. Comments are not stored."/>
                <div class="buttons"><Submit text="Save as text" busy="Saving environment" kind=""/></div>
            </CommandForm>
        </details>
    }
    .into_any()
}
