//! The models of `/meta/schema` as sorted lines: `field Thing.name: {"type":"string"}`. Pure.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// One line for each field and relationship, and one for everything else that a model has. Two documents whose digest is equal
/// have equal lines.
pub(super) fn lines(models: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, model) in models.as_object().into_iter().flatten() {
        let mut rest = Map::new();
        for (key, value) in model.as_object().into_iter().flatten() {
            match (key.as_str(), value) {
                ("fields", Value::Object(fields)) => add(&mut lines, "field", name, fields),
                ("relationships", Value::Object(found)) => add(&mut lines, "relationship", name, found),
                _ => drop(rest.insert(key.clone(), value.clone())),
            }
        }
        lines.push(format!("model {name}: {}", canonical(&Value::Object(rest))));
    }
    lines.sort_unstable();
    lines
}

fn add(lines: &mut Vec<String>, kind: &str, model: &str, entries: &Map<String, Value>) {
    lines.extend(entries.iter().map(|(name, value)| format!("{kind} {model}.{name}: {}", canonical(value))));
}

/// As JSON, with lists in the order of their items' texts: the server prints lists in the order of its hash maps.
fn canonical(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let mut items: Vec<String> = items.iter().map(canonical).collect();
            items.sort_unstable();
            format!("[{}]", items.join(","))
        }
        Value::Object(fields) => {
            let mut text = String::from("{");
            // sorted by key: the map is a BTreeMap
            for (place, (key, value)) in fields.iter().enumerate() {
                let comma = if place == 0 { "" } else { "," };
                // writing to a text never fails
                let _ = write!(text, "{comma}{}:{}", Value::String(key.clone()), canonical(value));
            }
            text.push('}');
            text
        }
        leaf => leaf.to_string(),
    }
}
