//! The detail of an event, read without trust in its shape: what is missing or of another type is absent.

use serde_json::{Map, Value};

/// Names of a list that a sentence contains; the rest is counted.
const NAMES: usize = 10;

/// A detail, or an object in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a>(Option<&'a Map<String, Value>>);

impl<'a> Facts<'a> {
    /// The facts of an object; none of anything else.
    pub(super) fn of(detail: Option<&'a Value>) -> Self {
        Self(detail.and_then(Value::as_object))
    }

    /// A fact that is there and not `null`.
    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    /// A text.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.value(name)?.as_str()
    }

    /// A whole number.
    pub(super) fn number(self, name: &str) -> Option<i64> {
        self.value(name)?.as_i64()
    }

    /// Whether the fact is `true`.
    pub(super) fn is(self, name: &str) -> bool {
        self.value(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The texts of a list; none if there is no such list.
    pub(super) fn texts(self, name: &str) -> Vec<&'a str> {
        self.value(name).map(texts).unwrap_or_default()
    }

    /// The facts of an object in these.
    pub(super) fn within(self, name: &str) -> Self {
        Self::of(self.value(name))
    }

    /// Names and values.
    pub(super) fn all(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.0.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }
}

/// The texts of a list.
pub(super) fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A value as text: a list with commas.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        Value::Array(values) => listed(&values.iter().map(plain).collect::<Vec<_>>()),
        other => other.to_string(),
    }
}

/// The items with commas; at most [`NAMES`] of them: `A, B and 7 more`.
pub(super) fn listed(items: &[impl AsRef<str>]) -> String {
    let first: Vec<&str> = items.iter().take(NAMES).map(AsRef::as_ref).collect();
    match items.len().saturating_sub(NAMES) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// A schema: `shop/schema.ts at c9fc38d`.
pub(super) fn schema(facts: Facts<'_>) -> Option<String> {
    Some(format!("{} at {}", facts.text("path")?, short(facts.text("ref")?)))
}

/// The first seven digits of a commit.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// A number and its noun: `1 secret`, `12 secrets`.
pub(super) fn count(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The text with a capital first letter.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
