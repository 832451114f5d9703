//! Webhooks of repositories: a git host reports a push, and the projects of the repository get proposals. Nothing is deployed.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::{Actor, CommitInfo, ProjectId, RepoPath};

/// The git host that sent a delivery, by its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GitHost {
    /// GitHub, and hosts that send its headers.
    Github,
    /// Gitea.
    Gitea,
    /// Forgejo.
    Forgejo,
    /// GitLab.
    Gitlab,
}

words!(GitHost { Github = "github", Gitea = "gitea", Forgejo = "forgejo", Gitlab = "gitlab" }
    accepted "github, gitea, forgejo or gitlab");

impl GitHost {
    /// Its name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Github => "GitHub",
            Self::Gitea => "Gitea",
            Self::Forgejo => "Forgejo",
            Self::Gitlab => "GitLab",
        }
    }
}

/// The webhook of a repository, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// When its present secret was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Who made it.
    pub created_by: Actor,
    /// When the last delivery with a valid signature was received; absent: none was.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub last_delivery_at: Option<OffsetDateTime>,
    /// Why the repository could not be read after a delivery; absent: it was read, or no push was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A new webhook. Its secret is in this answer and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewWebhook {
    /// The path of its address, below the URL of the dashboard.
    pub path: String,
    /// The secret that the git host signs deliveries with. It cannot be shown again.
    #[cfg_attr(feature = "openapi", schema(format = Password))]
    pub secret: String,
}

/// A commit that a push brought and that changes the schema file of a project. Information: nothing is deployed by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeployProposal {
    /// The project.
    pub project_id: ProjectId,
    /// The newest commit of the default branch that changes the schema file.
    pub commit: CommitInfo,
    /// The schema file.
    pub path: RepoPath,
    /// The branch.
    pub branch: String,
    /// The git host that reported the push.
    pub host: GitHost,
    /// When the push was received.
    #[serde(with = "time::serde::rfc3339")]
    pub proposed_at: OffsetDateTime,
}

impl DeployProposal {
    /// The proposal as a phrase without a full stop: `c9fc38d "Add sizes" by Ines`.
    pub fn what(&self) -> String {
        format!("{} \"{}\" by {}", self.commit.sha.short(), self.commit.summary, self.commit.author)
    }
}
