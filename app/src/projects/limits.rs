//! The limits of an instance and its connection pool: forms and panels.

use leptos::prelude::*;
use model::Project;

use super::api::{ChangeLimits, ChangePool};
use super::form::PoolForm;
use super::form::limits::LimitsForm;
use super::placement::PoolField;
use crate::components::{Attempt, CommandForm, Input, MadeFrom, Submit, TextField};

/// The panel of the limits in the settings.
#[component]
pub(super) fn LimitsPanel(project: Project) -> impl IntoView {
    let attempt = Attempt::of::<ChangeLimits>();
    let typed = attempt.typed().unwrap_or_else(|| LimitsForm::of(&project.limits));
    let (id, generation) = (project.id.to_string(), project.generation);
    view! {
        <p class="soft">
            "Limits are changed in place if the driver can; otherwise the instance is replaced, and requests are held at the gateway \
             meanwhile. The kernel kills an instance that exceeds its memory limit; it is then restarted."
        </p>
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <MadeFrom attempt=attempt.clone() generation/>
            <LimitFields prefix="form" attempt typed/>
            <div class="buttons"><Submit text="Change limits" busy="Changing limits" kind=""/></div>
        </CommandForm>
    }
    .into_any()
}

/// The panel of the connection pool in the settings.
#[component]
pub(super) fn PoolPanel(project: Project) -> impl IntoView {
    let attempt = Attempt::of::<ChangePool>();
    let typed = attempt.typed().unwrap_or_else(|| PoolForm::of(&project));
    let (id, generation) = (project.id.to_string(), project.generation);
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <MadeFrom attempt=attempt.clone() generation/>
            <PoolField text=typed.pool_size attempt
                hint="Changing it replaces the instance. Rejected if the database server has too few free connections."/>
            <div class="buttons"><Submit text="Change pool size" busy="Changing pool size" kind=""/></div>
        </CommandForm>
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
    let name = |field: &str| format!("{prefix}[{field}]");
    view! {
        <div class="fields">
            <TextField id="memory" name=name("memory") label="Memory" optional input=Input::Code text=typed.memory
                fault=attempt.fault("limits.memory") hint="Such as 512 MiB or 2 GiB."/>
            <TextField id="cpu" name=name("cpu") label="Processors" optional input=Input::Code text=typed.cpu
                fault=attempt.fault("limits.cpu") hint="0.5 is half of one."/>
            <TextField id="pids" name=name("pids") label="Process limit (PIDs)" optional input=Input::Code text=typed.pids
                fault=attempt.fault("limits.pids") hint="16 to 32768."/>
            <TextField id="restarts" name=name("restarts") label="Restart attempts before giving up" optional input=Input::Code
                text=typed.restarts fault=attempt.fault("limits.restarts") hint="Then the project is marked as failed."/>
        </div>
    }
    .into_any()
}
