//! The connections of a database server, and who may have how many of them.
//!
//! Arithmetic only. What is given to a project is the `CONNECTION LIMIT` of its role: its pool and
//! [`SPARE_CONNECTIONS`], whether its instance runs or not, for a stopped one can be started at any time.

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// Connections of a project's role beyond the pool of its instance: an operator's `psql`, a migration beside the pool.
pub const SPARE_CONNECTIONS: u32 = 2;

/// Connections that an instance keeps to its database: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u32, minimum = 1, maximum = 100))]
#[serde(try_from = "u32", into = "u32")]
pub struct PoolSize(u32);

impl PoolSize {
    /// The smallest pool.
    pub const LEAST: Self = Self(1);
    /// The largest pool.
    pub const MOST: Self = Self(100);
    /// What is accepted, as a phrase.
    pub const ACCEPTED: &'static str = "1 to 100 connections";

    /// How many.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The `CONNECTION LIMIT` of the project's role.
    pub const fn connections(self) -> u32 {
        self.0 + SPARE_CONNECTIONS
    }
}

impl Default for PoolSize {
    fn default() -> Self {
        Self(5)
    }
}

impl TryFrom<u32> for PoolSize {
    type Error = Invalid;
    fn try_from(size: u32) -> Result<Self, Self::Error> {
        if (Self::LEAST.0..=Self::MOST.0).contains(&size) {
            Ok(Self(size))
        } else {
            Err(Invalid::new(format!("A pool of {size} is not accepted."), Self::ACCEPTED))
        }
    }
}

impl From<PoolSize> for u32 {
    fn from(size: PoolSize) -> Self {
        size.0
    }
}

impl std::str::FromStr for PoolSize {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let size: u32 =
            text.trim().parse().map_err(|_| Invalid::new("This is not a number.", Self::ACCEPTED))?;
        Self::try_from(size)
    }
}

impl std::fmt::Display for PoolSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The sums of one server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Budget {
    /// `max_connections`.
    pub max: u32,
    /// Kept by the server for superusers and for roles that may use what is reserved.
    pub reserved: u32,
    /// Kept for the control plane: its work on databases, and on the registry's server its pool.
    #[serde(rename = "control_plane")]
    pub own: u32,
    /// Kept for backups.
    pub backup: u32,
    /// Given to projects: the sum of their limits.
    pub given: u32,
}

impl Budget {
    /// What projects may have together.
    pub const fn for_projects(&self) -> u32 {
        self.max.saturating_sub(self.reserved + self.own + self.backup)
    }

    /// What is left for projects.
    pub const fn free(&self) -> u32 {
        self.for_projects().saturating_sub(self.given)
    }

    /// What is given beyond what there is: somebody lowered `max_connections`, or edited a row.
    pub const fn overdrawn(&self) -> u32 {
        self.given.saturating_sub(self.for_projects())
    }

    /// Whether one more project with this pool has room.
    pub const fn has_room_for(&self, pool: PoolSize) -> bool {
        pool.connections() <= self.free()
    }

    /// The largest pool that one more project can have.
    pub fn largest_pool(&self) -> Option<PoolSize> {
        let size = self.free().checked_sub(SPARE_CONNECTIONS)?;
        PoolSize::try_from(size.min(PoolSize::MOST.0)).ok()
    }
}

#[cfg(test)]
mod tests;
