//! Single tables of a backup.

use serde::{Deserialize, Serialize};

/// The request of a restore of tables into a database beside that of the project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TablesDraft {
    /// Their names: as the backup lists them (`public."Order items"`), or plain (`Order items`), with the schema where that is not
    /// `public`.
    #[serde(default)]
    pub tables: Vec<String>,
}
