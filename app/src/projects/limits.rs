//! The limits of an instance: form and panel.

use leptos::prelude::*;
use model::Project;

use super::api::ChangeLimits;
use super::form::limits::LimitsForm;
use crate::components::{Attempt, CommandForm, Input, MadeFrom, Submit, TextField};

/// The panel in the settings.
#[component]
pub(super) fn LimitsPanel(project: Project) -> impl IntoView {
    let change = ServerAction::<ChangeLimits>::new();
    let (id, generation, now) = (project.id.to_string(), project.generation, LimitsForm::of(&project.limits));
    let fields = move |attempt: Attempt| {
        let typed = attempt.typed::<LimitsForm>().unwrap_or_else(|| now.clone());
        let pending = attempt.pending;
        view! {
            <input type="hidden" name="id" value=id.clone()/>
            <MadeFrom attempt=attempt.clone() generation/>
            <LimitFields prefix="form" attempt typed/>
            <div class="buttons"><Submit pending text="Change limits" busy="Changing limits" kind=""/></div>
        }
    };
    view! {
        <p class="soft">
            "Limits are changed in place if the driver can; otherwise the instance is replaced, and requests are held at the gateway \
             meanwhile. The kernel kills an instance that exceeds its memory limit; it is then restarted."
        </p>
        <CommandForm action=change check=|change: &ChangeLimits| change.form.check() children=fields/>
    }
    .into_any()
}

/// The four fields. `prefix` is the prefix of their form names.
#[component]
pub(super) fn LimitFields(
    #[prop(into)] prefix: String,
    attempt: Attempt,
    typed: LimitsForm,
    /// The note beside fields that may stay empty.
    #[prop(optional)]
    optional: &'static str,
) -> impl IntoView {
    let name = move |field: &str| format!("{prefix}[{field}]");
    view! {
        <div class="fields">
            <TextField id="memory" name=name("memory") label="Memory" optional input=Input::Code
                text=RwSignal::new(typed.memory) fault=attempt.fault("limits.memory") hint="Such as 512 MiB or 2 GiB.".to_owned()/>
            <TextField id="cpu" name=name("cpu") label="Processors" optional input=Input::Code
                text=RwSignal::new(typed.cpu) fault=attempt.fault("limits.cpu") hint="0.5 is half of one.".to_owned()/>
            <TextField id="pids" name=name("pids") label="Process limit (PIDs)" optional input=Input::Code
                text=RwSignal::new(typed.pids) fault=attempt.fault("limits.pids") hint="16 to 32768.".to_owned()/>
            <TextField id="restarts" name=name("restarts") label="Restart attempts before giving up" optional input=Input::Code
                text=RwSignal::new(typed.restarts) fault=attempt.fault("limits.restarts")
                hint="Then the project is marked as failed.".to_owned()/>
        </div>
    }
    .into_any()
}
