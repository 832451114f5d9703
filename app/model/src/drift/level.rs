//! The levels.

use serde::{Deserialize, Serialize};

use super::DriftSeverity;
use crate::state::words;
use crate::{Difference, Level};

/// A level on which declared and observed are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DriftLevel {
    /// The pinned commit and the deployed one.
    Commit,
    /// The schema file on the volume and the file of the commit.
    SchemaFile,
    /// The catalog of the database and the one recorded at the verified deploy.
    Catalog,
    /// The models that the instance serves and the ones recorded at the verified deploy.
    Models,
    /// The columns that the schema declares and the catalog.
    Columns,
    /// The version of the release and the one that the instance reports.
    Version,
    /// The configuration and limits of the instance and its spec.
    Configuration,
    /// The route of the gateway and the route table.
    Route,
}

words!(DriftLevel {
    Commit = "commit", SchemaFile = "schema_file", Catalog = "catalog", Models = "models", Columns = "columns",
    Version = "version", Configuration = "configuration", Route = "route",
} accepted "commit, schema_file, catalog, models, columns, version, configuration or route");

impl DriftLevel {
    /// Every level.
    pub const ALL: [Self; 8] = [
        Self::Commit,
        Self::SchemaFile,
        Self::Catalog,
        Self::Models,
        Self::Columns,
        Self::Version,
        Self::Configuration,
        Self::Route,
    ];

    /// As a label: `Schema file`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Commit => "Commit",
            Self::SchemaFile => "Schema file",
            Self::Catalog => "Catalog",
            Self::Models => "Models",
            Self::Columns => "Columns",
            Self::Version => "Version",
            Self::Configuration => "Configuration",
            Self::Route => "Route",
        }
    }

    /// What is compared with what, as a sentence.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Commit => "The pinned commit is compared with the deployed one.",
            Self::SchemaFile => "The file on the volume is compared with the file of the commit.",
            Self::Catalog => "The database catalog is compared with the one recorded at the verified deploy.",
            Self::Models => {
                "The models at /meta/schema are compared with those recorded at the verified deploy."
            }
            Self::Columns => "The columns that the schema declares are compared with the database catalog.",
            Self::Version => "The release is compared with the version that the instance reports.",
            Self::Configuration => "Environment and limits of the instance are compared with its spec.",
            Self::Route => "The route that the gateway serves is compared with the route table.",
        }
    }

    /// Whether the engine closes it by itself.
    pub const fn is_closed_by_engine(self) -> bool {
        matches!(self, Self::SchemaFile | Self::Configuration | Self::Route)
    }

    /// How much a finding of the level matters.
    pub const fn severity(self) -> DriftSeverity {
        if self.is_closed_by_engine() { DriftSeverity::Notice } else { DriftSeverity::Attention }
    }

    /// Whether it is read from the database, and so checked less often.
    pub const fn is_of_catalog(self) -> bool {
        matches!(self, Self::Catalog | Self::Models | Self::Columns)
    }

    /// The level of a difference that the engine closes; `None` for one that is no drift, such as an instance that ended.
    pub const fn of(difference: &Difference) -> Option<Self> {
        match (difference, difference.level()) {
            (Difference::Route { .. }, _) => Some(Self::Route),
            (_, Level::SchemaFile) => Some(Self::SchemaFile),
            (_, Level::Configuration | Level::Limits) => Some(Self::Configuration),
            (_, Level::State | Level::Database | Level::Route) => None,
        }
    }
}
