//! The environment as text.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::dotenv::{EnvLine, parse};
use model::{EnvDraft, FieldError, Invalid, Problem};

use super::{EnvRow, drafts};
use crate::components::{FieldFault, leading_line};
use crate::secrets::as_typed;

/// The field of lines that cannot be read.
const FIELD: &str = "env_text";

/// The syntax, for the hint of the field.
const SYNTAX: &str = "One NAME=value a line, as in a .env file. A value in double quotes may have several lines; in it \\n, \
                      \\\" and \\\\ are escapes. NAME=secret:SECRET uses a secret. Lines that begin with # are ignored.";

/// The environment of a text, or an error for each line that cannot be read.
pub(crate) fn text_drafts(text: &str) -> Result<BTreeMap<String, EnvDraft>, Vec<FieldError>> {
    Ok(lines(text)?.into_iter().map(|line| (line.name, line.value)).collect())
}

/// The environment of rows and text together. A name in both is an error.
pub(crate) fn all_drafts(rows: &[EnvRow], text: &str) -> Result<BTreeMap<String, EnvDraft>, Vec<FieldError>> {
    let (mut env, lines) = match (drafts(rows), lines(text)) {
        (Ok(env), Ok(lines)) => (env, lines),
        (rows, text) => return Err([rows.err(), text.err()].into_iter().flatten().flatten().collect()),
    };
    let mut errors = Vec::new();
    for EnvLine { line, name, value } in lines {
        if env.contains_key(&name) {
            let message = format!("Line {line}: {name} is also in a row.");
            errors.push(FieldError::new(FIELD, Invalid::new(message, "each name once")));
        }
        env.insert(name, value);
    }
    if errors.is_empty() { Ok(env) } else { Err(errors) }
}

fn lines(text: &str) -> Result<Vec<EnvLine>, Vec<FieldError>> {
    parse(text).map_err(|errors| errors.into_iter().map(|error| error.of_field(FIELD)).collect())
}

/// The errors of a text: of lines that cannot be read, and of its variables, with their lines.
pub(crate) fn faults(problem: Option<&Problem>, text: &str) -> Vec<FieldError> {
    let lines = parse(text).unwrap_or_default();
    let of_variable = |error: &FieldError| {
        let name = error.field.strip_prefix("env.")?;
        let line = lines.iter().find(|line| line.name == name)?.line;
        Some(FieldError { message: format!("Line {line}: {}", error.message), ..error.clone() })
    };
    let own = |error: &FieldError| {
        if error.field == FIELD { Some(error.clone()) } else { of_variable(error) }
    };
    problem.into_iter().flat_map(|problem| &problem.errors).filter_map(own).collect()
}

/// The field `form[env_text]`.
#[component]
pub(crate) fn EnvTextField(
    text: String,
    problem: Option<Problem>,
    label: &'static str,
    /// What is done with the text, before the syntax.
    hint: &'static str,
) -> impl IntoView {
    let text = as_typed(&text);
    let errors = faults(problem.as_ref(), &text);
    let rows = text.lines().count().clamp(4, 24).to_string();
    let is_invalid = (!errors.is_empty()).then_some("true");
    let errors = errors.into_iter().enumerate().map(|(nth, fault)| {
        view! { <FieldFault id=format!("env_text-fault-{nth}") fault=Some(fault)/> }
    });
    view! {
        <div class="field env-text">
            <label for="env_text">{label}</label>
            <textarea class="input mono" id="env_text" name="form[env_text]" rows=rows spellcheck="false" autocomplete="off"
                aria-invalid=is_invalid aria-describedby="env_text-hint env_text-fault">{leading_line(text)}</textarea>
            <p class="hint" id="env_text-hint">{hint}" "{SYNTAX}</p>
            <div class="faults" id="env_text-fault">{errors.collect_view()}</div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
