//! `null` in an edit: the edit's fields are optional because they may be absent, not because they may be null.

use serde::{Deserialize, Deserializer};

/// A field that is there must have a value: `null` is of the wrong type, and not "no change".
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// `null` clears the field, as the empty text does.
pub(crate) fn nullable<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(value).map(|text| Some(text.unwrap_or_default()))
}
