//! The connection budget of a database server. Arithmetic only.
//!
//! A project is allocated the `CONNECTION LIMIT` of its role: its pool size and [`SPARE_CONNECTIONS`]. A stopped
//! project counts too, because it can be started at any time.

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// Connections of a project's role beyond the pool of its instance, for an operator's `psql` or a migration.
pub const SPARE_CONNECTIONS: u32 = 2;

/// Connection pool size of an instance: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u32, minimum = 1, maximum = 100))]
#[serde(try_from = "u32", into = "u32")]
pub struct PoolSize(u32);

impl PoolSize {
    /// The minimum.
    pub const LEAST: Self = Self(1);
    /// The maximum.
    pub const MOST: Self = Self(100);
    /// The accepted values, as a phrase.
    pub const ACCEPTED: &'static str = "1 to 100 connections";

    /// The number.
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

/// The connection budget of one database server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Budget {
    /// `max_connections`.
    pub max: u32,
    /// Reserved by the server for superusers and for roles with `pg_use_reserved_connections`.
    pub reserved: u32,
    /// Reserved for the control plane: work on databases, and on the first server the registry's pool.
    #[serde(rename = "control_plane")]
    pub own: u32,
    /// Reserved for backups.
    pub backup: u32,
    /// Allocated to projects: the sum of their limits.
    pub given: u32,
}

impl Budget {
    /// What all projects can have together.
    pub const fn for_projects(&self) -> u32 {
        self.max.saturating_sub(self.reserved + self.own + self.backup)
    }

    /// What is left for projects.
    pub const fn free(&self) -> u32 {
        self.for_projects().saturating_sub(self.given)
    }

    /// What is allocated beyond the total, after `max_connections` was lowered or a row was edited by SQL.
    pub const fn overdrawn(&self) -> u32 {
        self.given.saturating_sub(self.for_projects())
    }

    /// Whether one more project with this pool fits.
    pub const fn has_room_for(&self, pool: PoolSize) -> bool {
        pool.connections() <= self.free()
    }

    /// The largest pool with which one more project fits.
    pub fn largest_pool(&self) -> Option<PoolSize> {
        let size = self.free().checked_sub(SPARE_CONNECTIONS)?;
        PoolSize::try_from(size.min(PoolSize::MOST.0)).ok()
    }
}

#[cfg(test)]
mod tests;
