//! The values of columns: parsed, with the name of the column in the fault.

use std::str::FromStr;

use model::{DatabaseOid, Hostname, PoolSize};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A column's fault, as a sentence that begins with its name.
pub(super) fn column<T, E: std::fmt::Display>(
    name: &str,
    value: std::result::Result<T, E>,
) -> std::result::Result<T, String> {
    value.map_err(|error| format!("{name}: {error}"))
}

/// A column that may be null.
pub(super) fn optional<T: FromStr<Err: std::fmt::Display>>(
    name: &str,
    text: Option<String>,
) -> std::result::Result<Option<T>, String> {
    text.map(|text| column(name, text.parse())).transpose()
}

pub(super) fn pool_size(size: i32) -> std::result::Result<PoolSize, model::Invalid> {
    u32::try_from(size).unwrap_or_default().try_into()
}

/// The identity of a database from its column.
pub(super) fn database_oid(oid: i64) -> std::result::Result<DatabaseOid, std::num::TryFromIntError> {
    u32::try_from(oid).map(DatabaseOid::new)
}

pub(super) fn hosts(name: &str, texts: Vec<String>) -> std::result::Result<Vec<Hostname>, String> {
    texts.into_iter().map(|text| column(name, text.parse())).collect()
}

pub(super) fn json<T: DeserializeOwned>(name: &str, value: Value) -> std::result::Result<T, String> {
    column(name, serde_json::from_value(value))
}
