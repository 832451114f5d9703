//! Git repositories with schemas.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::text::uuid_id;
use crate::{CommitSha, FieldError, Invalid, Problem, RepoPath, RepoUrl, Webhook};

uuid_id! {
    /// The id of a registered repository.
    RepositoryId
}

/// A registered repository. Its credential is in the secret store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Repository {
    /// Its id.
    pub id: RepositoryId,
    /// Its URL. A `schema_ref.repo` must be equal to it.
    pub url: RepoUrl,
    /// The user name for `https`, or for `ssh` if the URL has none.
    pub username: Option<String>,
    /// Reference to the token or private key in the secret store.
    pub credential: Option<String>,
    /// The line of `known_hosts` of an `ssh` host, or the CA (PEM) of an `https` host.
    pub host_key: Option<String>,
    /// The webhook of its git host; absent: it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
    /// When it was registered.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// A registration as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RepositoryDraft {
    /// See [`RepoUrl`].
    #[serde(default)]
    pub url: String,
    /// Empty: none.
    #[serde(default)]
    pub username: String,
    /// A token for `https` or a private key for `ssh`; empty: none.
    #[serde(default)]
    pub credential: String,
    /// See [`Repository::host_key`]; empty: none.
    #[serde(default)]
    pub host_key: String,
}

/// A valid registration, without its credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRepository {
    /// Its address.
    pub url: RepoUrl,
    /// The user name.
    pub username: Option<String>,
    /// The pinned host key or CA.
    pub host_key: Option<String>,
}

impl RepositoryDraft {
    /// The valid registration, or all field errors. The credential stays with the caller.
    pub fn validate(&self) -> Result<NewRepository, Problem> {
        let mut errors = Vec::new();
        let url = FieldError::collect(&mut errors, "url", RepoUrl::try_from(self.url.clone()));
        if self.username.starts_with('-') || self.username.chars().any(char::is_whitespace) {
            let fault =
                Invalid::new("This is not a user name.", "a name without spaces that does not start with -");
            errors.push(FieldError::new("username", fault));
        }
        let optional = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        match url {
            Some(url) if errors.is_empty() => Ok(NewRepository {
                url,
                username: optional(&self.username),
                host_key: optional(&self.host_key),
            }),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

/// The contents of a repository, as its test shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RepositoryContents {
    /// The branch that `HEAD` names.
    pub default_branch: Option<String>,
    /// The commit of `HEAD`; absent in an empty repository.
    pub head: Option<CommitSha>,
    /// Its `.ts` files at `HEAD`.
    pub paths: Vec<RepoPath>,
}
