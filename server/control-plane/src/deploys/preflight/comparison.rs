//! What is compared: the file that runs, the file that is to run, and the database.

use super::sql;
use crate::ports::database_catalog::{CatalogSeen, TableSeen};
use crate::ports::schema_reader::{DeclaredModel, DeclaredSchema};

/// What is compared.
pub struct Comparison<'a> {
    /// What runs; `None` where it could not be read.
    pub old: Option<&'a DeclaredSchema>,
    /// What is to run.
    pub new: &'a DeclaredSchema,
    /// The database as it is.
    pub live: &'a CatalogSeen,
}

impl Comparison<'_> {
    /// The table as it is now.
    pub(super) fn live(&self, table: &str) -> Option<&TableSeen> {
        let name = sql::folded(table);
        self.live.tables.iter().find(|seen| seen.name == name)
    }

    /// What the file that runs declares for a table.
    pub(super) fn old(&self, table: &str) -> Option<&DeclaredModel> {
        self.old?.models.iter().find(|model| sql::folded(&model.table) == sql::folded(table))
    }

    /// Whether SQL does not take a name without quotes.
    pub(super) fn is_reserved_word(&self, name: &str) -> bool {
        self.live.reserved_words.contains(&name.to_ascii_lowercase())
    }
}
