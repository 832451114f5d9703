//! How an edit differs from what is there: shown to a person whose edit was refused because someone else was faster.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ProjectEdit;
use crate::Project;

/// A field of an edit whose value is not the present one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldDifference {
    /// Its JSON path, such as `hostname` or `env.LOG_LEVEL`.
    pub field: String,
    /// The value that is there now, as text; `none` where there is none.
    pub current: String,
    /// The value of the refused edit, as text; `none` where it clears the field.
    pub yours: String,
}

/// A field that an edit names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedField {
    /// Its name, such as `hostname`.
    pub name: String,
    /// The value of the project, as it is on the wire.
    pub from: Value,
    /// The value of the edit.
    pub to: Value,
}

impl ProjectEdit {
    /// The fields that it names, also those that keep their value, in the order of their names.
    pub fn fields(&self, project: &Project) -> Vec<EditedField> {
        let limits = (!self.limits.is_empty()).then(|| self.limits.over(project.limits));
        let (mut before, mut after) = (object(project), object(self));
        after.extend(limits.map(|limits| ("limits".to_owned(), Value::Object(object(&limits)))));
        let field = |(name, to): (String, Value)| {
            let from = before.remove(&name).unwrap_or_default();
            EditedField { name, from, to }
        };
        let mut fields: Vec<EditedField> = after.into_iter().map(field).collect();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        fields
    }

    /// The fields of this edit that differ from the project, in the order of their names. Fields that the edit does not
    /// name are not compared.
    pub fn differences(&self, project: &Project) -> Vec<FieldDifference> {
        let mut found = Vec::new();
        for EditedField { name, from, to } in self.fields(project) {
            walk(&mut found, &name, &from, &to);
        }
        found.sort_by(|a, b| a.field.cmp(&b.field));
        found
    }
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// Compares two values of one type as they stand on the wire.
pub(crate) fn compare<T: Serialize>(
    found: &mut Vec<FieldDifference>,
    field: &str,
    current: &T,
    yours: Option<&T>,
) {
    let Some(yours) = yours else { return };
    let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
    walk(found, field, &json(current), &json(yours));
}

/// Descends into objects, so that one changed variable or limit is one difference.
fn walk(found: &mut Vec<FieldDifference>, field: &str, current: &Value, yours: &Value) {
    if current == yours {
        return;
    }
    let (Value::Object(ours), Value::Object(theirs)) = (yours, current) else {
        return found.push(FieldDifference {
            field: field.into(),
            current: text(current),
            yours: text(yours),
        });
    };
    for name in ours.keys().chain(theirs.keys().filter(|name| !ours.contains_key(*name))) {
        let part = |of: &Map<String, Value>| of.get(name).cloned().unwrap_or_default();
        walk(found, &format!("{field}.{name}"), &part(theirs), &part(ours));
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".into(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
