//! The two retention settings that the original checks before it touches the database.
//!
//! The stand-in keeps every row, so it only needs to refuse what the original refuses: text that is not JSON of this shape.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ConfigError, Vars};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only the shape is checked")]
struct Retention {
    default: Option<Policy>,
    #[serde(default)]
    models: BTreeMap<String, Policy>,
    maintenance_interval_secs: Option<u64>,
    batch_size: Option<u32>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the shape is checked")]
struct Policy {
    mode: String,
}

/// Refuses `ATOMO_HISTORY_CONFIG` and `ATOMO_AUDIT_CONFIG` when they are set and malformed.
pub fn check(vars: &Vars) -> Result<(), ConfigError> {
    for name in ["ATOMO_HISTORY_CONFIG", "ATOMO_AUDIT_CONFIG"] {
        if let Some(text) = vars.text(name) {
            serde_json::from_str::<Retention>(text)
                .map_err(|error| ConfigError::Retention { name, message: error.to_string() })?;
        }
    }
    Ok(())
}
