//! The class of a project.

use serde::{Deserialize, Serialize};

use crate::state::words;

/// What a project is used for. The engine treats all classes alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProjectClass {
    /// Serves real users. The default, so that a rule for production, once there is one, covers a project
    /// without an explicit class.
    #[default]
    Production,
    /// Tests what production gets next.
    Staging,
    /// For development; may be down or lose its data.
    Development,
}

impl ProjectClass {
    /// Every class, in the order of their rank.
    pub const ALL: [Self; 3] = [Self::Production, Self::Staging, Self::Development];
}

words!(ProjectClass {
    Production = "production", Staging = "staging", Development = "development",
} accepted "production, staging or development");
