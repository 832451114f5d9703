//! The limits of an instance: form and panel.

use leptos::prelude::*;
use model::{Limits, LimitsDraft, Problem, Project, ProjectPatch};
use serde::{Deserialize, Serialize};

use super::api::ChangeLimits;
use crate::components::{Attempt, CommandForm, Input, Submit, TextField};

/// The limits as typed. An empty field keeps the value, or is the fleet's default at create.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LimitsForm {
    pub(crate) memory: String,
    pub(crate) cpu: String,
    pub(crate) pids: String,
    pub(crate) restarts: String,
}

impl LimitsForm {
    /// The present limits.
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            memory: limits.instance.memory.to_string(),
            cpu: limits.instance.cpu.to_string(),
            pids: limits.instance.pids.to_string(),
            restarts: limits.restarts.to_string(),
        }
    }

    /// The draft.
    pub(crate) fn draft(&self) -> LimitsDraft {
        let typed = |text: &String| (!text.trim().is_empty()).then(|| text.clone().into());
        LimitsDraft {
            memory: typed(&self.memory),
            cpu: typed(&self.cpu),
            pids: typed(&self.pids),
            restarts: typed(&self.restarts),
        }
    }

    /// A patch of the limits alone.
    pub(crate) fn patch(&self) -> ProjectPatch {
        ProjectPatch { limits: Some(self.draft()), ..ProjectPatch::default() }
    }

    /// Validates in the browser.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.patch().validate().map(drop)
    }
}

/// The panel in the settings.
#[component]
pub(super) fn LimitsPanel(project: Project) -> impl IntoView {
    let change = ServerAction::<ChangeLimits>::new();
    let (id, now) = (project.id.to_string(), LimitsForm::of(&project.limits));
    let fields = move |attempt: Attempt| {
        let typed = attempt.typed::<LimitsForm>().unwrap_or_else(|| now.clone());
        let pending = attempt.pending;
        view! {
            <input type="hidden" name="id" value=id.clone()/>
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
            <TextField id="pids" name=name("pids") label="Threads and processes" optional input=Input::Code
                text=RwSignal::new(typed.pids) fault=attempt.fault("limits.pids") hint="16 to 32768.".to_owned()/>
            <TextField id="restarts" name=name("restarts") label="Starts in a row" optional input=Input::Code
                text=RwSignal::new(typed.restarts) fault=attempt.fault("limits.restarts")
                hint="Then the project is marked as failed.".to_owned()/>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
