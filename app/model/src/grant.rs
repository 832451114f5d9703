//! Grants: which role an operator has, on which projects.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ProjectId;
use crate::action::{Action, Scope, Target, allows};
use crate::state::words;

/// What an operator may do, on the projects of a grant. `docs/authorisation.md` has the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, but neither logs nor secrets.
    Viewer,
    /// A viewer who may also run backups.
    BackupOperator,
    /// A viewer who may also deploy, edit, start, stop and restart, and read logs.
    Deployer,
    /// Everything on the projects of the grant; nothing about operators, and not the fleet's edge policy.
    Admin,
    /// Everything.
    Owner,
}

impl Role {
    /// Every role, in the order of the table.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::BackupOperator, Self::Deployer, Self::Admin, Self::Owner];
}

impl Role {
    /// The role in a sentence: `backup operator`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::BackupOperator => "backup operator",
            _ => self.as_str(),
        }
    }
}

words!(Role {
    Viewer = "viewer", BackupOperator = "backup_operator", Deployer = "deployer", Admin = "admin", Owner = "owner",
} accepted "viewer, backup_operator, deployer, admin or owner");

/// The projects of a grant: exact ids, no patterns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProjectSet {
    /// Every project, also those that come later.
    All,
    /// These.
    Only(BTreeSet<ProjectId>),
}

impl ProjectSet {
    /// Whether the project is one of them.
    pub fn contains(&self, id: &ProjectId) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(id),
        }
    }
}

/// One role on a set of projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// On which projects.
    pub projects: ProjectSet,
}

impl Grant {
    fn covers(&self, action: Action, target: Target<'_>) -> bool {
        let is_target_covered = match (action.scope(), target) {
            (Scope::Fleet, Target::Project(_) | Target::Anywhere) => false,
            (_, Target::Project(id)) => self.projects.contains(id),
            (_, Target::Fleet) => self.projects == ProjectSet::All,
            (_, Target::Anywhere) => true,
        };
        is_target_covered && allows(self.role, action)
    }
}

/// Everything that an operator may do. Empty: nothing but log in and out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Grants(Vec<Grant>);

impl Grants {
    /// These grants.
    pub const fn new(grants: Vec<Grant>) -> Self {
        Self(grants)
    }

    /// One role on these projects.
    pub fn one(role: Role, projects: ProjectSet) -> Self {
        Self(vec![Grant { role, projects }])
    }

    /// Owner on every project: the platform's own work, and the command line on the server's host.
    pub fn everything() -> Self {
        Self::one(Role::Owner, ProjectSet::All)
    }

    /// Whether one of them allows the action on the target. Always `false` for an action of the fleet on another target
    /// than the fleet.
    pub fn allow(&self, action: Action, target: Target<'_>) -> bool {
        self.0.iter().any(|grant| grant.covers(action, target))
    }

    /// The projects on which the action is allowed: those that [`Self::allow`] allows one by one. With [`ProjectSet::All`] it is
    /// also allowed on the fleet. None for an action of the fleet.
    pub fn projects(&self, action: Action) -> ProjectSet {
        let allowing =
            self.0.iter().filter(|grant| action.scope() != Scope::Fleet && allows(grant.role, action));
        let mut projects = BTreeSet::new();
        for grant in allowing {
            match &grant.projects {
                ProjectSet::All => return ProjectSet::All,
                ProjectSet::Only(ids) => projects.extend(ids.iter().cloned()),
            }
        }
        ProjectSet::Only(projects)
    }
}
