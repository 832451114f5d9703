//! The fields of the rows.

use leptos::prelude::*;
use model::{FieldError, Problem, SecretInfo};

use super::{EnvRow, faults_of};
use crate::components::{FieldFault, Icon, When, leading_line};

/// Number of empty rows at the end.
const SPARE: usize = 3;

/// The rows, as fields `form[env][0][name]` and so on. The page script adds rows: it clones the last one and counts up the
/// numbers in its names, ids and labels. A `.env` that is pasted into a name becomes rows.
#[component]
pub(crate) fn EnvEditor(
    mut rows: Vec<EnvRow>,
    problem: Option<Problem>,
    /// The secrets of the project, to show the version beside each use; `None` where they are not known.
    #[prop(optional_no_strip)]
    secrets: Option<Vec<SecretInfo>>,
) -> impl IntoView {
    // a form that came back contains its empty rows
    rows.retain(|row| *row != EnvRow::default());
    let spare = std::iter::repeat_n(EnvRow::default(), SPARE);
    let rows = rows.into_iter().chain(spare).enumerate().map(|(index, row)| {
        let faults = faults_of(problem.as_ref(), &row);
        let note = secrets.as_deref().and_then(|secrets| note(&row.secret, secrets));
        view! { <Row index row faults note/> }
    });
    view! {
        <div class="env" role="group" aria-label="Environment variables">
            <div class="env-row env-head" aria-hidden="true"><span>"Name"</span><span>"Value"</span><span>"or secret"</span></div>
            {rows.collect_view()}
            <p class="hint">
                "Every operator of the project can read the values. Use a secret for anything confidential: name it here and set it under Settings."
                <span class="js-only">" Paste a .env file into a name to fill in rows."</span>
            </p>
            <div>
                <button class="button js-only" data-size="s" type="button" data-add-row="env-row">"Add a row"</button>
            </div>
        </div>
    }
    .into_any()
}

/// The version of a secret that a row uses, and when it was changed. `None` without a secret.
fn note(secret: &str, secrets: &[SecretInfo]) -> Option<AnyView> {
    let secret = Some(secret.trim()).filter(|secret| !secret.is_empty())?;
    let Some(info) = secrets.iter().find(|info| info.name.as_str() == secret) else {
        let not_set = view! { <span class="status" data-tone="warn"><Icon name="degraded"/>"Not set"</span>" "<a href="#secrets">"Set it"</a> };
        return Some(not_set.into_any());
    };
    let changed = info.changed_at.map(|at| view! { ", changed "<When at/> });
    Some(view! { {format!("Version {}", info.version)}{changed} }.into_any())
}

/// One row. `note` is shown below the secret.
#[component]
fn Row(index: usize, row: EnvRow, faults: Vec<FieldError>, note: Option<AnyView>) -> impl IntoView {
    let number = index + 1;
    let name = |part: &str| format!("form[env][{index}][{part}]");
    let fault_id = format!("env-{index}-fault");
    let note_id = note.is_some().then(|| format!("env-{index}-note"));
    let faulty = (!faults.is_empty()).then_some("true");
    let faults = faults.into_iter().enumerate().map(|(nth, fault)| {
        view! { <FieldFault id=format!("{fault_id}-{nth}") fault=Some(fault)/> }
    });
    let faults = faults.collect_view();
    view! {
        <div class="env-row">
            <input class="input mono" name=name("name") value=row.name placeholder="NAME" aria-label=format!("Name of variable {number}")
                aria-invalid=faulty aria-describedby=fault_id.clone() autocomplete="off" spellcheck="false" data-paste-rows=""/>
            <textarea class="input mono" name=name("value") rows="1" aria-label=format!("Value of variable {number}")
                aria-describedby=fault_id.clone() autocomplete="off" spellcheck="false">{leading_line(row.value)}</textarea>
            <div>
                <input class="input mono" name=name("secret") value=row.secret aria-label=format!("Secret of variable {number}")
                    aria-describedby=note_id.clone().unwrap_or_else(|| fault_id.clone()) autocomplete="off" spellcheck="false"/>
                {note.map(|note| view! { <p class="hint" id=note_id>{note}</p> })}
            </div>
            <div class="faults" id=fault_id>{faults}</div>
        </div>
    }
    .into_any()
}
