//! Labels of a project: keys with values, by which lists are filtered and grouped. The engine never reads them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::validated_text;
use crate::{FieldError, Invalid};

validated_text! {
    /// Key of a label: `^[a-z0-9]([-a-z0-9_./]*[a-z0-9])?$`, 1 to 63 characters.
    LabelKey, check_key
}

validated_text! {
    /// Value of a label: `^[A-Za-z0-9_.-]{0,63}$`. May be empty.
    LabelValue, check_value
}

/// Maximum length of a key and of a value, in characters.
const MAX_TEXT: usize = 63;

/// The labels of a project by key; at most [`Labels::MAX`]. In JSON an object: `{"team": "shop"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
#[serde(try_from = "BTreeMap<LabelKey, LabelValue>")]
pub struct Labels(BTreeMap<LabelKey, LabelValue>);

impl Labels {
    /// Maximum number of labels of a project.
    pub const MAX: usize = 32;

    /// The value of a key; `None` without such a label.
    pub fn get(&self, key: &LabelKey) -> Option<&LabelValue> {
        self.0.get(key)
    }

    /// All labels, in the order of their keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&LabelKey, &LabelValue)> {
        self.0.iter()
    }

    /// Every label as it is written in filters: `team=shop`.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = String> {
        self.0.iter().map(|(key, value)| format!("{key}={value}"))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<BTreeMap<LabelKey, LabelValue>> for Labels {
    type Error = Invalid;
    fn try_from(labels: BTreeMap<LabelKey, LabelValue>) -> Result<Self, Invalid> {
        if labels.len() > Self::MAX {
            return Err(Invalid::new(
                format!("A project has at most 32 labels; {} were given.", labels.len()),
                "at most 32 labels",
            ));
        }
        Ok(Self(labels))
    }
}

/// `team=shop, tier=gold`; empty without labels.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.texts().collect::<Vec<_>>().join(", "))
    }
}

/// The labels of a draft or patch. An invalid one is added to the errors as `labels.KEY`, too many as `labels`.
pub(crate) fn check_labels(drafts: BTreeMap<String, String>, errors: &mut Vec<FieldError>) -> Option<Labels> {
    let before = errors.len();
    let mut labels = BTreeMap::new();
    for (key, value) in drafts {
        let field = format!("labels.{key}");
        let key = FieldError::collect(errors, &field, LabelKey::try_from(key));
        let value = FieldError::collect(errors, &field, LabelValue::try_from(value));
        labels.extend(key.zip(value));
    }
    let labels = FieldError::collect(errors, "labels", Labels::try_from(labels));
    labels.filter(|_| errors.len() == before)
}

fn check_key(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "1 to 63 of a to z, 0 to 9, hyphen, underscore, dot and slash, starting and ending with a letter or a digit";
    let outer = |c: char| matches!(c, 'a'..='z' | '0'..='9');
    let known = |c: char| outer(c) || matches!(c, '-' | '_' | '.' | '/');
    let is_framed = text.starts_with(outer) && text.ends_with(outer);
    if is_framed && text.len() <= MAX_TEXT && text.chars().all(known) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new(format!("\"{}\" is not a valid label key.", text.escape_default()), ACCEPTED))
    }
}

fn check_value(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "up to 63 ASCII letters, digits, hyphens, underscores and dots";
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.len() <= MAX_TEXT && text.chars().all(known) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new(format!("\"{}\" is not a valid label value.", text.escape_default()), ACCEPTED))
    }
}

#[cfg(test)]
mod tests;
