//! Where a project's schema comes from: one file at one commit of one repository.

use serde::{Deserialize, Serialize};

use crate::text::validated_text;
use crate::{CommitSha, FieldError, Invalid};

validated_text! {
    /// The address of a repository: `https://`, `ssh://`, `git@host:path` or, where the operator allows it,
    /// `file:///folder`. Never carries a credential: those belong to the registered repository.
    RepoUrl, check_url
}

validated_text! {
    /// A file's path inside a repository, with `/`, relative, without `.` or `..` and not starting with a hyphen.
    RepoPath, check_path
}

/// The registry's `schema_ref`: `{"type": "git", "repo", "path", "ref"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum SchemaRef {
    /// One file at one commit.
    Git {
        /// The repository.
        repo: RepoUrl,
        /// The schema file in it.
        path: RepoPath,
        /// The commit.
        r#ref: CommitSha,
    },
}

impl SchemaRef {
    /// The repository.
    pub fn repo(&self) -> &RepoUrl {
        let Self::Git { repo, .. } = self;
        repo
    }

    /// The file in the repository.
    pub fn path(&self) -> &RepoPath {
        let Self::Git { path, .. } = self;
        path
    }

    /// The commit.
    pub fn commit(&self) -> &CommitSha {
        let Self::Git { r#ref, .. } = self;
        r#ref
    }
}

/// A `schema_ref` as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SchemaRefDraft {
    /// `git`.
    #[serde(default = "git")]
    pub r#type: String,
    /// See [`RepoUrl`].
    #[serde(default)]
    pub repo: String,
    /// See [`RepoPath`].
    #[serde(default)]
    pub path: String,
    /// See [`CommitSha`].
    #[serde(default)]
    pub r#ref: String,
}

fn git() -> String {
    "git".into()
}

impl SchemaRefDraft {
    /// The valid reference, or every wrong field; fields are named `schema_ref.repo` and so on.
    pub fn validate(self) -> Result<SchemaRef, Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.r#type != "git" {
            let fault =
                Invalid::new(format!("\"{}\" is not a type of schema reference.", self.r#type), "git");
            errors.push(FieldError::new("schema_ref.type", fault));
        }
        let repo = FieldError::collect(&mut errors, "schema_ref.repo", RepoUrl::try_from(self.repo));
        let path = FieldError::collect(&mut errors, "schema_ref.path", RepoPath::try_from(self.path));
        let commit = FieldError::collect(&mut errors, "schema_ref.ref", CommitSha::try_from(self.r#ref));
        match (repo, path, commit) {
            (Some(repo), Some(path), Some(r#ref)) if errors.is_empty() => {
                Ok(SchemaRef::Git { repo, path, r#ref })
            }
            _ => Err(errors),
        }
    }
}

fn check_url(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str =
        "https://host/path, ssh://git@host/path, git@host:path or file:///folder, without a credential";
    let text = text.trim().to_owned();
    let fault = |message: &str| Err(Invalid::new(message, ACCEPTED));
    if text.is_empty() {
        return fault("A repository is needed.");
    }
    if text.len() > 1000 || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return fault("An address has no spaces or control characters, and at most 1,000 characters.");
    }
    if text.contains(['?', '#']) {
        return fault(
            "An address has no ? and no #: a token belongs to the registered repository, and in a folder's name they \
             are written %3F and %23.",
        );
    }
    if let Some(rest) = text.strip_prefix("file://") {
        return if rest.starts_with('/') {
            Ok(text)
        } else {
            fault("A file address names a folder from the root.")
        };
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme @ ("https" | "ssh"), rest)) => (scheme, rest),
        Some((scheme, _)) => return fault(&format!("The scheme \"{scheme}\" is not accepted.")),
        None => match text.split_once(':') {
            Some((host, path)) if !path.is_empty() && !host.contains('/') => ("ssh", host),
            _ => return fault("This is not the address of a repository."),
        },
    };
    match check_authority(scheme, rest.split('/').next().unwrap_or_default()) {
        Ok(()) => Ok(text),
        Err(message) => fault(message),
    }
}

/// In an address of https also a user's name may be a token.
fn check_authority(scheme: &str, authority: &str) -> Result<(), &'static str> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    if user.is_some_and(|user| scheme == "https" || user.contains(':')) {
        return Err(
            "A user name, password or token does not belong into an address; register the repository \
                    with its credential.",
        );
    }
    if host.is_empty() || host.starts_with('-') || user.is_some_and(|user| user.starts_with('-')) {
        return Err("The address names no host.");
    }
    Ok(())
}

fn check_path(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "a relative path to a file, such as projects/crm/schema.ts";
    let fault = |message: &str| Err(Invalid::new(message, ACCEPTED));
    let text = text.trim().to_owned();
    if text.is_empty() {
        return fault("A path is needed.");
    }
    if text.len() > 1000 || text.chars().any(|c| c.is_control() || c == '\\') {
        return fault("A path has no control characters or backslashes, and at most 1,000 characters.");
    }
    if text.starts_with('-') {
        return fault("A path does not start with a hyphen.");
    }
    if text.starts_with('/') {
        return fault("A path is relative to the repository.");
    }
    if text.split('/').any(|part| part == ".." || part == ".") {
        return fault("A path may not leave the repository.");
    }
    if text.split('/').any(str::is_empty) {
        return fault("A path has no empty parts.");
    }
    Ok(text)
}
