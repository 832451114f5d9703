//! Background tasks of the control plane, as System shows them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A background task: what it is, and how its last run went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// What it looks after.
    pub name: String,
    /// The pause between two runs.
    pub period_ms: u64,
    /// A run that takes longer is ended.
    pub deadline_ms: u64,
    /// When the last run began; absent before the first.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// Whether that run goes on.
    pub running: bool,
    /// How long the last finished run took; absent before the first ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Why the last finished run failed; absent where it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}
