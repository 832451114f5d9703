//! What the engine does about the differences of a project.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Difference, OperationId};

/// What the engine does about the differences of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Reconciliation {
    /// In what the project differs from its goal, as far as it was observed. Empty: there is nothing to do.
    pub differences: Vec<Difference>,
    /// Number of attempts since the counter was reset: after a minute without work, and when an operation fails for good. 0: no
    /// attempt.
    #[serde(skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// When the first of these attempts began.
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub first_attempt_at: Option<OffsetDateTime>,
    /// When work that failed is tried again without an operator; absent where nothing is scheduled.
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<OffsetDateTime>,
    /// The job that alone may touch instance and database now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_job: Option<OperationId>,
    /// Whether that job keeps the instance stopped and the maintenance page in the route.
    pub maintenance: bool,
    /// The number of the revision that the row asks for; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted_revision: Option<i32>,
    /// The number of the revision that was last proved to run; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_revision: Option<i32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
