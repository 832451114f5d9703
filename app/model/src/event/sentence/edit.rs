//! What an edit changed: for each field `{"from", "to"}`, and for the environment the names that were added, changed and
//! removed. Events that were written before 2026-11-30 have the new value of every field instead, or `null`.

use serde_json::Value;

use super::facts::{Facts, capital, listed, plain, schema, short, texts};
use crate::Limits;

/// The fields in the order of the sentence. A field that is not listed follows behind them.
const ORDER: [&str; 9] =
    ["schema_ref", "release", "display_name", "hostname", "aliases", "env", "limits", "pool_size", "edge"];

/// Facts of an edit that are no fields.
const OTHERS: [&str; 1] = ["operation"];

/// What an edit of a project changed.
pub(super) fn sentence(facts: Facts<'_>) -> String {
    let rest =
        facts.all().map(|(name, _)| name).filter(|name| !ORDER.contains(name) && !OTHERS.contains(name));
    let changes = ORDER.into_iter().chain(rest).filter_map(|name| field(name, facts.value(name)?));
    match changes.collect::<Vec<_>>().as_slice() {
        [] => "Edited; nothing changed".to_owned(),
        changes => capital(&changes.join("; ")),
    }
}

/// What changed in the edge policy of the fleet.
pub(super) fn fleet_edge(facts: Facts<'_>) -> String {
    let edge = facts.within("edge");
    let (from, to) = (edge.within("from"), edge.within("to"));
    let mut parts = edge_parts(from.value("policy"), to.value("policy"));
    if from.value("trusted_proxies") != to.value("trusted_proxies") {
        parts.push("trusted proxies".to_owned());
    }
    with_parts("Edge policy of the fleet changed", &parts)
}

/// The change of one field, beginning in lower case; `None` if there is none.
fn field(name: &str, value: &Value) -> Option<String> {
    if name == "env" {
        return environment(value);
    }
    let Some((from, to)) = pair(value) else { return Some(former_shape(name, value)) };
    if from == to {
        return None;
    }
    Some(match name {
        "schema_ref" => schema_change(from, to),
        "release" => format!("release changed from {} to {}", release(from), release(to)),
        "hostname" => optional("hostname", from, to),
        "limits" => limits(from, to),
        "delete_protection" => {
            let state = if to.as_bool() == Some(true) { "on" } else { "off" };
            format!("deletion protection switched {state}")
        }
        "edge" => with_parts("edge policy changed", &edge_parts(Some(from), Some(to))),
        _ => general(label(name).as_str(), from, to),
    })
}

/// The former and the new value.
fn pair(value: &Value) -> Option<(&Value, &Value)> {
    let object = value.as_object().filter(|object| object.len() == 2)?;
    Some((object.get("from")?, object.get("to")?))
}

/// A field as a noun in a sentence.
fn label(name: &str) -> String {
    match name {
        "pool_size" => "connection pool size".to_owned(),
        "env" => "environment".to_owned(),
        "schema_ref" => "schema".to_owned(),
        "edge" => "edge policy".to_owned(),
        name => name.replace('_', " "),
    }
}

/// A field of an event that has no former value.
fn former_shape(name: &str, value: &Value) -> String {
    let label = label(name);
    match name {
        "schema_ref" => {
            let schema = schema(Facts::of(Some(value)));
            schema.map_or_else(|| format!("{label} changed"), |schema| format!("{label} changed to {schema}"))
        }
        "limits" => {
            let limits = serde_json::from_value::<Limits>(value.clone()).ok();
            limits.map_or_else(
                || format!("{label} changed"),
                |limits| format!("{label} changed to {}", limits.instance),
            )
        }
        _ if value.is_object() => format!("{label} changed"),
        _ if value.as_array().is_some_and(Vec::is_empty) => format!("{label} removed"),
        _ => format!("{label} changed to {}", plain(value)),
    }
}

fn environment(value: &Value) -> Option<String> {
    if value.is_array() {
        return Some(former_shape("env", value)); // the names that the environment had afterwards
    }
    let facts = Facts::of(Some(value));
    let of =
        |list: &str| facts.texts(list).into_iter().map(|name| format!("{name} {list}")).collect::<Vec<_>>();
    let names = [of("added"), of("changed"), of("removed")].concat();
    (!names.is_empty()).then(|| format!("environment changed: {}", listed(&names)))
}

/// The commit alone, if repository and path are the same.
fn schema_change(from: &Value, to: &Value) -> String {
    let (before, after) = (Facts::of(Some(from)), Facts::of(Some(to)));
    let same = |name: &str| before.text(name) == after.text(name);
    match (before.text("ref"), after.text("ref")) {
        (Some(from), Some(to)) if same("type") && same("repo") && same("path") => {
            let what = if after.text("type") == Some("volume") { "content of the file" } else { "commit" };
            format!("{what} changed from {} to {}", short(from), short(to))
        }
        _ => former_shape("schema_ref", to),
    }
}

fn release(value: &Value) -> String {
    value.as_str().map_or_else(|| "the fleet default".to_owned(), str::to_owned)
}

/// A field that may be empty.
fn optional(label: &str, from: &Value, to: &Value) -> String {
    match (from.as_str(), to.as_str()) {
        (Some(from), None) => format!("{label} {from} removed"),
        (None, Some(to)) => format!("{label} {to} added"),
        _ => general(label, from, to),
    }
}

/// Any field: a list and an object by what was added, set and removed, anything else by its values.
fn general(label: &str, from: &Value, to: &Value) -> String {
    match (from, to) {
        (Value::Array(_), Value::Array(_)) => {
            let (before, after) = (texts(from), texts(to));
            let added = after.iter().filter(|it| !before.contains(it)).map(|it| format!("{it} added"));
            let removed = before.iter().filter(|it| !after.contains(it)).map(|it| format!("{it} removed"));
            with_parts(&format!("{label} changed"), &added.chain(removed).collect::<Vec<_>>())
        }
        (Value::Object(before), Value::Object(after)) => {
            let change = |(name, value): (&String, &Value)| match before.get(name) {
                Some(former) if former == value => None,
                _ if value.is_string() => Some(format!("{name} set to {}", plain(value))),
                None => Some(format!("{name} added")),
                Some(_) => Some(format!("{name} changed")),
            };
            let removed = before.keys().filter(|name| !after.contains_key(*name));
            let removed = removed.map(|name| format!("{name} removed"));
            let parts: Vec<String> = after.iter().filter_map(change).chain(removed).collect();
            with_parts(&format!("{label} changed"), &parts)
        }
        _ => format!("{label} changed from {} to {}", plain(from), plain(to)),
    }
}

fn limits(from: &Value, to: &Value) -> String {
    let read = |value: &Value| serde_json::from_value::<Limits>(value.clone()).ok();
    let (Some(from), Some(to)) = (read(from), read(to)) else { return "limits changed".to_owned() };
    let (before, after) = (from.instance, to.instance);
    let parts = [
        ("memory", before.memory.to_string(), after.memory.to_string()),
        ("CPU", before.cpu.to_string(), after.cpu.to_string()),
        ("processes", before.pids.to_string(), after.pids.to_string()),
        ("restart attempts", from.restarts.to_string(), to.restarts.to_string()),
    ];
    let changed = parts.into_iter().filter(|(_, from, to)| from != to);
    let changed: Vec<String> = changed.map(|(name, from, to)| format!("{name} {from} to {to}")).collect();
    with_parts("limits changed", &changed)
}

/// The fields in which two edge policies differ.
fn edge_parts(from: Option<&Value>, to: Option<&Value>) -> Vec<String> {
    let (before, after) = (Facts::of(from), Facts::of(to));
    let mut names: Vec<&str> = before.all().chain(after.all()).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    let differs = |name: &&str| before.value(name) != after.value(name);
    names.into_iter().filter(differs).map(edge_label).collect()
}

fn edge_label(name: &str) -> String {
    match name {
        "allow" => "allowed networks".to_owned(),
        "deny" => "denied networks".to_owned(),
        "max_body" => "maximum request body".to_owned(),
        name => name.replace('_', " "),
    }
}

fn with_parts(text: &str, parts: &[String]) -> String {
    if parts.is_empty() { text.to_owned() } else { format!("{text}: {}", listed(parts)) }
}
