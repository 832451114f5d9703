//! The audit detail of an edit: for each field that it changed the former and the new value, for the environment names only.

use std::collections::BTreeMap;

use model::{EnvName, EnvValue, Operation, Project, ProjectEdit};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The facts. A field that keeps its value is not one of them. No value of an environment variable is part of them.
pub(super) fn of(operation: &Operation, before: &Project, edit: ProjectEdit) -> Value {
    // whole, so that a new field is a compile error until it is in the audit trail
    #[rustfmt::skip]
    let ProjectEdit {
        display_name, labels, class, hostname, aliases, env, schema_ref, release, limits, pool_size, edge,
    } = edit;
    let limits = (!limits.is_empty()).then(|| limits.over(before.limits));
    let mut facts = Map::from_iter([("operation".to_owned(), json!(operation.id))]);
    let mut note = |name: &str, fact: Option<Value>| facts.extend(fact.map(|fact| (name.to_owned(), fact)));
    note("display_name", change(&before.display_name, display_name));
    note("labels", change(&texts(&before.labels), labels.as_ref().map(texts)));
    note("class", change(&before.class, class));
    note("hostname", change(&before.hostname, hostname));
    note("aliases", change(&before.aliases, aliases));
    note("env", env.and_then(|env| names(&before.env, &env)));
    note("schema_ref", change(&before.schema_ref, schema_ref));
    note("release", change(&before.release, release));
    note("limits", change(&before.limits, limits));
    note("pool_size", change(&before.pool_size, pool_size));
    note("edge", change(&before.edge, edge));
    Value::Object(facts)
}

/// The former and the new value; `None` if the edit does not change the field.
fn change<T: Serialize + PartialEq>(from: &T, to: Option<T>) -> Option<Value> {
    let to = to.filter(|to| to != from)?;
    Some(json!({"from": from, "to": to}))
}

fn texts(labels: &model::Labels) -> Vec<String> {
    labels.texts().collect()
}

/// The names of the variables that were added, changed and removed; `None` if none was.
fn names(before: &BTreeMap<EnvName, EnvValue>, after: &BTreeMap<EnvName, EnvValue>) -> Option<Value> {
    let absent = |from: &BTreeMap<EnvName, EnvValue>, name: &EnvName| !from.contains_key(name);
    let added: Vec<&EnvName> = after.keys().filter(|name| absent(before, name)).collect();
    let removed: Vec<&EnvName> = before.keys().filter(|name| absent(after, name)).collect();
    let differs = |name: &&EnvName| before.get(*name).is_some_and(|value| after.get(*name) != Some(value));
    let changed: Vec<&EnvName> = after.keys().filter(differs).collect();
    let is_same = added.is_empty() && removed.is_empty() && changed.is_empty();
    (!is_same).then(|| json!({"added": added, "changed": changed, "removed": removed}))
}
