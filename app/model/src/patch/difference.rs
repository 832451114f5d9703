//! How an edit differs from what is there: shown to a person whose edit was refused because someone else was faster.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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

impl ProjectEdit {
    /// The fields of this edit that differ from the project, in the order of their names. Fields that the edit does not
    /// name are not compared.
    pub fn differences(&self, project: &Project) -> Vec<FieldDifference> {
        #[rustfmt::skip]
        let Self {
            display_name, labels, class, hostname, aliases, env, schema_ref, release, limits, pool_size, edge,
        } = self;
        let limits = (!limits.is_empty()).then(|| limits.over(project.limits));
        let mut found = Vec::new();
        let now = project;
        compare(&mut found, "display_name", &now.display_name, display_name.as_ref());
        compare(&mut found, "labels", &now.labels, labels.as_ref());
        compare(&mut found, "class", &now.class, class.as_ref());
        compare(&mut found, "hostname", &now.hostname, hostname.as_ref());
        compare(&mut found, "aliases", &now.aliases, aliases.as_ref());
        compare(&mut found, "env", &now.env, env.as_ref());
        compare(&mut found, "schema_ref", &now.schema_ref, schema_ref.as_ref());
        compare(&mut found, "release", &now.release, release.as_ref());
        compare(&mut found, "limits", &now.limits, limits.as_ref());
        compare(&mut found, "pool_size", &now.pool_size, pool_size.as_ref());
        compare(&mut found, "edge", &now.edge, edge.as_ref());
        found.sort_by(|a, b| a.field.cmp(&b.field));
        found
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
        let part = |of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or_default();
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
