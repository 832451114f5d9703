//! The environment of a project as rows: a name, and a text or the name of a secret.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{EnvDraft, EnvName, EnvValue, FieldError, Invalid, Problem, SecretDraft};
use serde::{Deserialize, Serialize};

use crate::components::FieldFault;

/// So many empty rows follow the filled ones, for those who cannot add any.
const SPARE: usize = 3;

/// One row as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EnvRow {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) secret: String,
}

/// The rows of an environment.
pub(crate) fn rows(env: &BTreeMap<EnvName, EnvValue>) -> Vec<EnvRow> {
    let row = |(name, value): (&EnvName, &EnvValue)| {
        let (value, secret) = match value {
            EnvValue::Text(text) => (text.clone(), String::new()),
            EnvValue::Secret(used) => (String::new(), used.secret.to_string()),
        };
        EnvRow { name: name.to_string(), value, secret }
    };
    env.iter().map(row).collect()
}

/// The environment of the rows; empty rows are none. Refused are a name twice, and a row with both a text and a secret.
pub(crate) fn drafts(rows: &[EnvRow]) -> Result<BTreeMap<String, EnvDraft>, Vec<FieldError>> {
    let (mut env, mut errors) = (BTreeMap::new(), Vec::new());
    for row in rows.iter().filter(|row| **row != EnvRow::default()) {
        let (name, secret) = (row.name.trim().to_owned(), row.secret.trim().to_owned());
        let mut refuse = |message: String, accepted| {
            errors.push(FieldError::new(format!("env.{name}"), Invalid::new(message, accepted)));
        };
        if !secret.is_empty() && !row.value.is_empty() {
            refuse(format!("{name} has both a value and a secret."), "one of the two");
        }
        let draft = if secret.is_empty() {
            EnvDraft::Text(row.value.clone())
        } else {
            EnvDraft::Secret(SecretDraft { secret })
        };
        if env.contains_key(&name) {
            refuse(format!("{name} stands here twice."), "each name once");
        }
        env.insert(name, draft);
    }
    if errors.is_empty() { Ok(env) } else { Err(errors) }
}

/// The rows as fields named `form[env][0][name]` and so on.
#[component]
pub(crate) fn EnvEditor(rows: Vec<EnvRow>, problem: Signal<Option<Problem>>) -> impl IntoView {
    let filled = StoredValue::new(rows);
    let number = RwSignal::new(filled.with_value(Vec::len) + SPARE);
    let faults = move || {
        problem.with(|problem| {
            let errors = problem
                .iter()
                .flat_map(|problem| &problem.errors)
                .filter(|error| error.field.starts_with("env."));
            errors.cloned().collect::<Vec<_>>()
        })
    };
    view! {
        <div class="env" role="group" aria-label="Environment variables">
            <div class="env-row env-head" aria-hidden="true"><span>"Name"</span><span>"Value"</span><span>"or secret"</span></div>
            <For each=move || 0..number.get() key=|index| *index
                children=move |index| view! { <Row index row=filled.with_value(|rows| rows.get(index).cloned().unwrap_or_default())/> }/>
            {move || faults().into_iter().map(|fault| view! { <FieldFault id=fault.field.clone() fault=Signal::stored(Some(fault))/> }).collect_view()}
            <p class="hint">
                "Values are shown to every operator of the project. What must not be shown is a secret: name it here, set it under Settings."
            </p>
            <div>
                <button class="button" data-size="s" type="button" on:click=move |_| number.update(|number| *number += 1)>
                    "Add a row"
                </button>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Row(index: usize, row: EnvRow) -> impl IntoView {
    let field = |part: &'static str, label: &'static str, placeholder: &'static str, value: String| {
        view! {
            <input class="input mono" name=format!("form[env][{index}][{part}]") value=value placeholder=placeholder
                aria-label=format!("{label} of variable {}", index + 1) autocomplete="off" spellcheck="false"/>
        }
    };
    view! {
        <div class="env-row">
            {field("name", "Name", "NAME", row.name)}
            {field("value", "Value", "", row.value)}
            {field("secret", "Secret", "", row.secret)}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
