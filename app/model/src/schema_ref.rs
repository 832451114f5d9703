//! Where a project's schema comes from: one file at one commit of one repository, or, in development, a file of this machine.

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

validated_text! {
    /// The absolute path of a file on the machine of the control plane, without `.`, `..` or empty parts.
    VolumePath, check_volume_path
}

/// The registry's `schema_ref`: `{"type": "git", "repo", "path", "ref"}` or `{"type": "volume", "path", "ref"}`.
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
    /// A file that the project follows in development.
    Volume {
        /// The file.
        path: VolumePath,
        /// The content that was taken from the file last: the first 40 hex digits of its SHA-256.
        r#ref: CommitSha,
    },
}

impl SchemaRef {
    /// Repository and path; `None` for a file that is followed.
    pub const fn git(&self) -> Option<(&RepoUrl, &RepoPath)> {
        match self {
            Self::Git { repo, path, .. } => Some((repo, path)),
            Self::Volume { .. } => None,
        }
    }

    /// The file that is followed; `None` for a file of a repository.
    pub const fn volume(&self) -> Option<&VolumePath> {
        match self {
            Self::Git { .. } => None,
            Self::Volume { path, .. } => Some(path),
        }
    }

    /// Whether a file is followed.
    pub const fn is_volume(&self) -> bool {
        self.volume().is_some()
    }

    /// The repository; `None` for a file that is followed.
    pub fn repo(&self) -> Option<&RepoUrl> {
        self.git().map(|(repo, _)| repo)
    }

    /// The file, in its repository or on the machine.
    pub fn path(&self) -> &str {
        match self {
            Self::Git { path, .. } => path.as_str(),
            Self::Volume { path, .. } => path.as_str(),
        }
    }

    /// The commit; of a file that is followed, the first 40 hex digits of the SHA-256 of its content. Either names one content of
    /// the file.
    pub const fn commit(&self) -> &CommitSha {
        match self {
            Self::Git { r#ref, .. } | Self::Volume { r#ref, .. } => r#ref,
        }
    }

    /// Whether both name the same file, whatever its content.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.repo(), self.path()) == (other.repo(), other.path())
    }

    /// As it would be typed.
    pub fn draft(&self) -> SchemaRefDraft {
        SchemaRefDraft {
            r#type: if self.is_volume() { VOLUME } else { GIT }.to_owned(),
            repo: self.repo().map(ToString::to_string).unwrap_or_default(),
            path: self.path().to_owned(),
            r#ref: self.commit().to_string(),
        }
    }
}

const GIT: &str = "git";
const VOLUME: &str = "volume";

/// A `schema_ref` as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SchemaRefDraft {
    /// `git` or `volume`.
    #[serde(default = "git")]
    pub r#type: String,
    /// See [`RepoUrl`]; empty for a volume.
    #[serde(default)]
    pub repo: String,
    /// See [`RepoPath`] and [`VolumePath`]. Of a volume empty: the file in the project's own folder for development.
    #[serde(default)]
    pub path: String,
    /// See [`CommitSha`]. Of a volume the control plane fills it in from the file, whatever is typed.
    #[serde(default)]
    pub r#ref: String,
}

fn git() -> String {
    GIT.into()
}

impl SchemaRefDraft {
    /// Whether a file is to be followed.
    pub fn is_volume(&self) -> bool {
        self.r#type == VOLUME
    }

    /// A file to follow; an empty path is the file in the project's own folder for development.
    pub fn of_volume(path: impl Into<String>) -> Self {
        Self { r#type: VOLUME.to_owned(), path: path.into(), ..Self::default() }
    }

    /// The valid reference, or every wrong field; fields are named `schema_ref.repo` and so on.
    pub fn validate(self) -> Result<SchemaRef, Vec<FieldError>> {
        if self.is_volume() { self.validate_volume() } else { self.validate_git() }
    }

    fn validate_git(self) -> Result<SchemaRef, Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.r#type != GIT {
            let message = format!("\"{}\" is not a type of schema reference.", self.r#type);
            errors.push(FieldError::new("schema_ref.type", Invalid::new(message, "git or volume")));
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

    fn validate_volume(self) -> Result<SchemaRef, Vec<FieldError>> {
        let mut errors = Vec::new();
        if !self.repo.trim().is_empty() {
            let fault = Invalid::new("A file of this machine has no repository.", "empty");
            errors.push(FieldError::new("schema_ref.repo", fault));
        }
        let path = FieldError::collect(&mut errors, "schema_ref.path", VolumePath::try_from(self.path));
        let content = FieldError::collect(&mut errors, "schema_ref.ref", CommitSha::try_from(self.r#ref));
        match (path, content) {
            (Some(path), Some(r#ref)) if errors.is_empty() => Ok(SchemaRef::Volume { path, r#ref }),
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

fn check_volume_path(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "an absolute path of a file, such as /srv/schemas/crm/schema.ts";
    let fault = |message: &str| Err(Invalid::new(message, ACCEPTED));
    let text = text.trim().to_owned();
    if text.is_empty() {
        return fault("A path is needed.");
    }
    if text.len() > 1000 || text.chars().any(char::is_control) {
        return fault("A path has no control characters, and at most 1,000 characters.");
    }
    let Some(rest) = text.strip_prefix('/') else { return fault("The path of a volume is absolute.") };
    if rest.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return fault("A path has no empty parts and no . or .. in it.");
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
