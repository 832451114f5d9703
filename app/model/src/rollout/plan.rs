//! What a rollout would do, before it is begun.

use serde::{Deserialize, Serialize};

use super::RolloutTarget;
use crate::{DeployVersion, FindingClass, OperationId, Problem, ProjectClass, ProjectId};

/// What a rollout would do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolloutPlan {
    /// What the members would run; a branch or tag is resolved to its commit.
    pub target: RolloutTarget,
    /// The members in their order. The first one that is not skipped is the canary.
    pub members: Vec<PlannedMember>,
}

impl RolloutPlan {
    /// The members with this outcome.
    pub fn count(&self, outcome: PlannedOutcome) -> usize {
        self.members.iter().filter(|member| member.outcome == outcome).count()
    }
}

/// What a rollout would do with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlannedOutcome {
    /// It would be deployed.
    Deploy,
    /// It has the version, so it would be skipped.
    Skip,
    /// It would pause the rollout: the reason is its problem.
    Block,
}

/// The preflight of a member in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedMember {
    /// The project.
    pub project_id: ProjectId,
    /// Its class.
    pub class: ProjectClass,
    /// What it runs.
    pub from: DeployVersion,
    /// What would happen to it.
    pub outcome: PlannedOutcome,
    /// The worst finding; absent: there is none, or the preflight was not made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst: Option<FindingClass>,
    /// How many findings there are.
    #[serde(default)]
    pub findings: u32,
    /// Whether it would be rehearsed.
    #[serde(default)]
    pub rehearse: bool,
    /// The job that has to end first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<OperationId>,
    /// Why it would pause the rollout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}
