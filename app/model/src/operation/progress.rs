//! How far a job is.

use serde::{Deserialize, Serialize};

use crate::ByteSize;
use crate::state::words;

/// What [`Progress`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProgressUnit {
    /// Bytes.
    Bytes,
    /// Rows of tables.
    Rows,
    /// Whole things: secrets, tables, projects.
    Items,
}

words!(ProgressUnit { Bytes = "bytes", Rows = "rows", Items = "items" } accepted "bytes, rows or items");

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// What is counted.
    pub unit: ProgressUnit,
    /// How much is done.
    pub done: u64,
    /// How much there is to do; absent where that is not known beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// What is being worked on, as a phrase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Progress {
    /// 0 to 100, rounded down; `None` where the total is unknown. Nothing to do is 100.
    pub fn percent(&self) -> Option<u8> {
        let total = self.total?;
        if total == 0 {
            return Some(100);
        }
        let percent = u128::from(self.done.min(total)) * 100 / u128::from(total);
        u8::try_from(percent).ok()
    }

    /// For people: `3 of 8 secrets`-like figures without the noun, `1.2 GB of 4.0 GB (30 %), orders`.
    pub fn text(&self) -> String {
        let count = |count: u64| match self.unit {
            ProgressUnit::Bytes => ByteSize::new(count).to_string(),
            ProgressUnit::Rows => format!("{count} rows"),
            ProgressUnit::Items => count.to_string(),
        };
        let mut text = count(self.done);
        if let (Some(total), Some(percent)) = (self.total, self.percent()) {
            text = format!("{text} of {} ({percent} %)", count(total));
        }
        match &self.note {
            Some(note) => format!("{text}, {note}"),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests;
