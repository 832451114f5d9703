//! The environment as rows: a name, and a text or the name of a secret.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{EnvDraft, EnvName, EnvValue, FieldError, Invalid, Problem, SecretDraft};
use serde::{Deserialize, Serialize};

use crate::components::FieldFault;

/// Number of empty rows at the end.
const SPARE: usize = 3;

/// A row as typed.
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

/// The environment of the rows, without empty ones. Fails for a duplicate name and for a row with both text and secret.
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
            refuse(format!("{name} is listed twice."), "each name once");
        }
        env.insert(name, draft);
    }
    if errors.is_empty() { Ok(env) } else { Err(errors) }
}

/// The field errors below `env`.
fn faults(problem: Option<&Problem>) -> Vec<FieldError> {
    let errors = problem.into_iter().flat_map(|problem| &problem.errors);
    errors.filter(|error| error.field.starts_with("env.")).cloned().collect()
}

/// The errors of a row, matched by its sent content; empty rows were not sent.
fn faults_of(problem: Option<&Problem>, row: &EnvRow) -> Vec<FieldError> {
    if *row == EnvRow::default() {
        return Vec::new();
    }
    let field = format!("env.{}", row.name.trim());
    faults(problem).into_iter().filter(|fault| fault.field == field).collect()
}

/// The rows, as fields `form[env][0][name]` and so on. The page script adds rows: it clones the last one and counts up the
/// numbers in its names, ids and labels.
#[component]
pub(crate) fn EnvEditor(mut rows: Vec<EnvRow>, problem: Option<Problem>) -> impl IntoView {
    // a form that came back contains its empty rows
    rows.retain(|row| *row != EnvRow::default());
    let spare = std::iter::repeat_n(EnvRow::default(), SPARE);
    let rows = rows.into_iter().chain(spare).enumerate().map(|(index, row)| {
        let faults = faults_of(problem.as_ref(), &row);
        view! { <Row index row faults/> }
    });
    view! {
        <div class="env" role="group" aria-label="Environment variables">
            <div class="env-row env-head" aria-hidden="true"><span>"Name"</span><span>"Value"</span><span>"or secret"</span></div>
            {rows.collect_view()}
            <p class="hint">
                "Every operator of the project can read the values. Use a secret for anything confidential: name it here and set it under Settings."
            </p>
            <div>
                <button class="button js-only" data-size="s" type="button" data-add-row="env-row">"Add a row"</button>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Row(index: usize, row: EnvRow, faults: Vec<FieldError>) -> impl IntoView {
    let id = format!("env-{index}-fault");
    let (described, faulty) = (id.clone(), !faults.is_empty());
    let field = |part: &'static str, label: &'static str, value: String| {
        let is_name = part == "name";
        view! {
            <input class="input mono" name=format!("form[env][{index}][{part}]") value=value
                placeholder=is_name.then_some("NAME") aria-label=format!("{label} of variable {}", index + 1)
                aria-invalid=(is_name && faulty).then_some("true") aria-describedby=described.clone() autocomplete="off"
                spellcheck="false"/>
        }
    };
    let faults = faults.into_iter().enumerate().map(|(nth, fault)| {
        view! { <FieldFault id=format!("env-{index}-fault-{nth}") fault=Some(fault)/> }
    });
    view! {
        <div class="env-row">
            {field("name", "Name", row.name)}
            {field("value", "Value", row.value)}
            {field("secret", "Secret", row.secret)}
            <div class="faults" id=id>{faults.collect_view()}</div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
