//! The request of a rollout.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{BAKE_S, MAX_AT_ONCE, MAX_MEMBERS, RolloutOptions};
use crate::{
    FieldError, Invalid, LabelSelector, Problem, ProjectClass, ProjectFilter, ProjectId, ReleaseRef,
};

/// Maximum time that the canary can be asked to stay healthy, in seconds.
const MAX_BAKE_S: u32 = 86_400;
/// Maximum length of a reason.
const MAX_REASON: usize = 500;

/// The request of a rollout. The members are either named, or chosen by labels and class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RolloutDraft {
    /// A commit, a branch or a tag of the repository, which is resolved to its commit when the rollout begins.
    #[serde(default)]
    pub r#ref: String,
    /// The repository; empty: the one that the members share.
    #[serde(default)]
    pub repo: String,
    /// The path of the schema file; empty: the one that the members share.
    #[serde(default)]
    pub path: String,
    /// A release, instead of a commit.
    #[serde(default)]
    pub release: String,
    /// The members by id, in the order in which they are deployed. At most 500.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Chooses the members by labels: `team=shop`, or `team` for any value. Each has to be fulfilled.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Chooses the members by class.
    #[serde(default)]
    pub class: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Members that are deployed at the same time once the canary is verified: 1 (default) to 8.
    #[serde(default = "one")]
    pub at_once: u8,
    /// How long the canary has to stay healthy, in seconds (default 60); 0: not at all.
    #[serde(default = "bake")]
    pub bake_s: u32,
    /// Takes a backup of each member first (default).
    #[serde(default = "yes")]
    pub backup_first: bool,
    /// Stops each member before its backup is taken.
    #[serde(default)]
    pub pause: bool,
    /// Starts the server on a copy of the data first. Absent: where the project's class is production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rehearse: Option<bool>,
}

const fn one() -> u8 {
    1
}

const fn bake() -> u32 {
    BAKE_S
}

const fn yes() -> bool {
    true
}

impl Default for RolloutDraft {
    fn default() -> Self {
        let empty = String::new;
        Self {
            r#ref: empty(),
            repo: empty(),
            path: empty(),
            release: empty(),
            projects: Vec::new(),
            labels: Vec::new(),
            class: empty(),
            reason: empty(),
            at_once: one(),
            bake_s: bake(),
            backup_first: true,
            pause: false,
            rehearse: None,
        }
    }
}

/// A request of a valid shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolloutRequest {
    /// What the members get.
    pub source: RolloutSource,
    /// Which they are.
    pub members: RolloutMembers,
    /// How.
    pub options: RolloutOptions,
    /// Why.
    pub reason: String,
}

/// What the members get, as requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RolloutSource {
    /// A commit.
    Schema {
        /// The commit, or the name of one.
        r#ref: String,
        /// The repository; empty: that of the members.
        repo: String,
        /// The path; empty: that of the members.
        path: String,
    },
    /// A release.
    Release(ReleaseRef),
}

/// Which projects are members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RolloutMembers {
    /// These, in this order.
    Named(Vec<ProjectId>),
    /// All that fulfil the filter: development before staging before production, then by id.
    Chosen(ProjectFilter),
}

impl RolloutDraft {
    /// The request, or every wrong field.
    pub fn validate(&self) -> Result<RolloutRequest, Problem> {
        let mut errors = Vec::new();
        let source = self.source(&mut errors);
        let members = self.members(&mut errors);
        if !(1..=MAX_AT_ONCE).contains(&self.at_once) {
            let fault = Invalid::new("This is no number of members that can be deployed at once.", "1 to 8");
            errors.push(FieldError::new("at_once", fault));
        }
        if self.bake_s > MAX_BAKE_S {
            let fault = Invalid::new("This is too long.", "0 to 86400 seconds");
            errors.push(FieldError::new("bake_s", fault));
        }
        let reason = self.reason.trim().to_owned();
        if reason.is_empty() || reason.chars().count() > MAX_REASON {
            let fault = Invalid::new("A reason is needed.", "1 to 500 characters");
            errors.push(FieldError::new("reason", fault));
        }
        let Self { at_once, bake_s, backup_first, pause, rehearse, .. } = *self;
        let options = RolloutOptions { at_once, bake_s, backup_first, pause, rehearse };
        match (source, members) {
            (Some(source), Some(members)) if errors.is_empty() => {
                Ok(RolloutRequest { source, members, options, reason })
            }
            _ => Err(Problem::invalid(errors)),
        }
    }

    fn source(&self, errors: &mut Vec<FieldError>) -> Option<RolloutSource> {
        let trimmed = |text: &str| text.trim().to_owned();
        match (self.r#ref.trim(), self.release.trim()) {
            ("", "") => {
                let fault = Invalid::new("A commit or a release is needed.", "one of the two");
                errors.push(FieldError::new("ref", fault));
                None
            }
            (commit, "") => Some(RolloutSource::Schema {
                r#ref: commit.to_owned(),
                repo: trimmed(&self.repo),
                path: trimmed(&self.path),
            }),
            ("", release) => {
                FieldError::collect(errors, "release", release.parse()).map(RolloutSource::Release)
            }
            _ => {
                let fault = Invalid::new(
                    "A rollout changes one thing, so that its failure has one cause.",
                    "a commit or a release, not both",
                );
                errors.push(FieldError::new("release", fault));
                None
            }
        }
    }

    fn members(&self, errors: &mut Vec<FieldError>) -> Option<RolloutMembers> {
        let by_filter = !self.labels.is_empty() || !self.class.trim().is_empty();
        let accepted = "1 to 500 ids, or labels, or a class";
        let fault = |message: &str| FieldError::new("projects", Invalid::new(message, accepted));
        if self.projects.is_empty() != by_filter {
            let message =
                if by_filter { "Ids and a filter exclude each other." } else { "No project is chosen." };
            errors.push(fault(message));
            return None;
        }
        if by_filter {
            return self.filter(errors).map(RolloutMembers::Chosen);
        }
        if self.projects.len() > MAX_MEMBERS {
            errors.push(fault("These are too many projects."));
            return None;
        }
        let parse = |(index, id): (usize, &String)| {
            FieldError::collect(errors, &format!("projects.{index}"), id.trim().parse::<ProjectId>())
        };
        let ids: Option<Vec<ProjectId>> = self.projects.iter().enumerate().map(parse).collect();
        let ids = ids?;
        if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
            errors.push(fault("A project is named twice."));
            return None;
        }
        Some(RolloutMembers::Named(ids))
    }

    fn filter(&self, errors: &mut Vec<FieldError>) -> Option<ProjectFilter> {
        let parse = |(index, label): (usize, &String)| {
            FieldError::collect(errors, &format!("labels.{index}"), label.trim().parse::<LabelSelector>())
        };
        let labels: Option<Vec<LabelSelector>> = self.labels.iter().enumerate().map(parse).collect();
        let class = match self.class.trim() {
            "" => None,
            typed => Some(FieldError::collect(errors, "class", typed.parse::<ProjectClass>())?),
        };
        Some(ProjectFilter { labels: labels?, class, status: None })
    }
}

/// How a paused rollout goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResumeDraft {
    /// `true`: the members that failed are passed over. `false`, the default: they are tried again.
    #[serde(default)]
    pub skip: bool,
}

#[cfg(test)]
mod tests;
