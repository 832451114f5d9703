//! Names of parameters, and their encryption key.

use std::fmt;
use std::str::FromStr;

use control_plane::ports::secret_store::{SecretPath, SecretScope};

use crate::client::Patience;

/// Maximum levels of a prefix: AWS allows 15, and scope and name follow.
const LEVELS: usize = 13;
/// Maximum characters of a prefix; with scope and name the total stays below the limit of 1011 in AWS.
const LONGEST: usize = 500;

/// Settings of the store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SsmSettings {
    /// The prefix of the parameters.
    pub prefix: Prefix,
    /// The KMS key of new values; `None`: `alias/aws/ssm`.
    pub kms_key: Option<KmsKey>,
    /// Time-outs and retries.
    pub patience: Patience,
}

/// The prefix of every parameter name: `/atomo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(String);

/// A text that is not a valid prefix.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct InvalidPrefix(&'static str);

impl Default for Prefix {
    fn default() -> Self {
        Self("/atomo".into())
    }
}

impl FromStr for Prefix {
    type Err = InvalidPrefix;

    fn from_str(text: &str) -> Result<Self, InvalidPrefix> {
        let Some(levels) = text.strip_prefix('/') else {
            return Err(InvalidPrefix("it does not begin with /"));
        };
        let is_name = |level: &str| {
            !level.is_empty()
                && level
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        };
        if !levels.split('/').all(is_name) {
            return Err(InvalidPrefix("a part between two / is empty or has other characters"));
        }
        if levels.split('/').count() > LEVELS || text.len() > LONGEST {
            return Err(InvalidPrefix("AWS does not take names of so many parts or letters"));
        }
        let first = levels.to_ascii_lowercase();
        if first.starts_with("aws") || first.starts_with("ssm") {
            return Err(InvalidPrefix("AWS keeps names that begin with aws or ssm to itself"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Prefix {
    /// The path of a scope's parameters.
    pub(crate) fn of(&self, scope: &SecretScope) -> String {
        match scope {
            SecretScope::Project(id) => format!("{self}/{id}"),
            SecretScope::Fleet => format!("{self}/_fleet"),
        }
    }

    /// The parameter name of a secret.
    pub(crate) fn name(&self, path: &SecretPath) -> String {
        format!("{}/{}", self.of(&path.scope), path.name)
    }
}

/// A KMS key: id, ARN, or `alias/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KmsKey(String);

/// A text that is not a KMS key.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("this is neither the id or ARN of a key nor alias/NAME")]
pub struct InvalidKmsKey;

impl FromStr for KmsKey {
    type Err = InvalidKmsKey;

    fn from_str(text: &str) -> Result<Self, InvalidKmsKey> {
        let is_word = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/'))
        };
        let is_id = |text: &str| {
            let id = text.strip_prefix("mrk-").unwrap_or(text);
            id.len() >= 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        };
        let is_key = |text: &str| match (text.strip_prefix("alias/"), text.strip_prefix("key/")) {
            (Some(name), _) => is_word(name),
            (None, Some(id)) => is_id(id),
            (None, None) => false,
        };
        let named = match text.strip_prefix("arn:") {
            // arn:PARTITION:kms:REGION:ACCOUNT:key/ID
            Some(arn) => match arn.split(':').collect::<Vec<_>>()[..] {
                [_, "kms", region, account, key] => !region.is_empty() && !account.is_empty() && is_key(key),
                _ => false,
            },
            None => is_id(text) || text.starts_with("alias/") && is_key(text),
        };
        if named { Ok(Self(text.to_owned())) } else { Err(InvalidKmsKey) }
    }
}

impl KmsKey {
    /// The key as configured.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KmsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
