//! The identity of an instance: whose it is, and which of that project's instances.

use std::fmt;
use std::str::FromStr;

use crate::{Invalid, OperationId, ProjectId};

/// Which of a project's instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceRole {
    /// The one that serves the project.
    Main,
    /// One that an operation runs beside it, for example to try a release before it serves.
    Rehearsal(OperationId),
}

/// Names one instance in every driver, in the volumes and in logs.
///
/// As text, and therefore as the name of a container, a network or a run folder, the main instance of `shop` is `shop`
/// and the rehearsal of an operation is `shop_rehearsal_<operation>`, the operation in 32 hexadecimal digits. A project id
/// holds no underscore, so no text is both. The text is complete: [`FromStr`] returns the key that was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceKey {
    /// Whose instance.
    pub project: ProjectId,
    /// Which of them.
    pub role: InstanceRole,
}

const REHEARSAL: &str = "_rehearsal_";
const ACCEPTED: &str = "a project id, or one with _rehearsal_ and an operation id in 32 hexadecimal digits";

impl InstanceKey {
    /// The instance that serves the project.
    pub const fn main(project: ProjectId) -> Self {
        Self { project, role: InstanceRole::Main }
    }

    /// The instance that this operation runs beside it.
    pub const fn rehearsal(project: ProjectId, operation: OperationId) -> Self {
        Self { project, role: InstanceRole::Rehearsal(operation) }
    }

    /// Whether it is the one that serves the project.
    pub const fn is_main(&self) -> bool {
        matches!(self.role, InstanceRole::Main)
    }
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            InstanceRole::Main => self.project.fmt(f),
            InstanceRole::Rehearsal(operation) => {
                write!(f, "{}{REHEARSAL}{}", self.project, operation.as_uuid().simple())
            }
        }
    }
}

impl FromStr for InstanceKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Some((project, operation)) = text.split_once(REHEARSAL) else {
            return Ok(Self::main(text.parse()?));
        };
        let key = Self::rehearsal(project.parse()?, operation.parse()?);
        // a UUID has several spellings; only one is the name of anything
        if key.to_string() == text {
            Ok(key)
        } else {
            Err(Invalid::new("This is not an instance.", ACCEPTED))
        }
    }
}

impl TryFrom<String> for InstanceKey {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}
