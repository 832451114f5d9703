//! The audit detail of an edit: for each field that it changed the former and the new value, for the environment names only.

use model::{EditedField, Operation, Project, ProjectEdit};
use serde_json::{Map, Value, json};

/// The facts. A field that keeps its value is not one of them. No value of an environment variable is part of them.
pub(super) fn of(operation: &Operation, before: &Project, edit: &ProjectEdit) -> Value {
    let changed = edit.fields(before).into_iter().filter(|field| field.from != field.to);
    let facts = changed.map(|EditedField { name, from, to }| {
        let fact = if name == "env" { names(&from, &to) } else { json!({"from": from, "to": to}) };
        (name, fact)
    });
    let operation = ("operation".to_owned(), json!(operation.id));
    Value::Object(facts.chain([operation]).collect())
}

/// The names of the variables that were added, changed and removed.
fn names(from: &Value, to: &Value) -> Value {
    let none = Map::new();
    let [before, after] = [from, to].map(|env| env.as_object().unwrap_or(&none));
    let added: Vec<&String> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    let removed: Vec<&String> = before.keys().filter(|name| !after.contains_key(*name)).collect();
    let differs = |name: &&String| before.get(*name).is_some_and(|value| after.get(*name) != Some(value));
    let changed: Vec<&String> = after.keys().filter(differs).collect();
    json!({"added": added, "changed": changed, "removed": removed})
}
