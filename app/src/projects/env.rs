//! The environment as rows: a name, and a text or the name of a secret. [`text`] is the same as lines of text.

mod editor;
mod panel;
pub(super) mod text;

use std::collections::BTreeMap;

use model::{EnvDraft, EnvName, EnvValue, FieldError, Invalid, Problem, SecretDraft};
use serde::{Deserialize, Serialize};

use crate::secrets::as_typed;

pub(super) use editor::EnvEditor;
pub(super) use panel::EnvironmentPanel;

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
            EnvDraft::Text(as_typed(&row.value))
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

#[cfg(test)]
mod tests;
