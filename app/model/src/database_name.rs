//! The names of databases of projects, each of which is also the name of the role that uses the database.

use std::fmt;
use std::str::FromStr;

use crate::{Invalid, OperationId, ProjectId};

/// Which of a project's databases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatabaseRole {
    /// The one that the project's main instance uses.
    Main,
    /// One that an operation makes for itself, for example to restore a backup into.
    Scratch(ScratchId),
    /// One whose place an operation gave to another: the way back of a restore.
    Former(ScratchId),
    /// One of a project that an operation deleted, until it is dropped.
    Trash(ScratchId),
    /// One beside the project's own, for single tables of a backup.
    Side(ScratchId),
}

/// What of an operation's id is in the names of its databases: the last 12 hexadecimal digits, which are random in a
/// UUID of version 7. A whole id does not fit: Postgres cuts names after 63 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScratchId(String);

const DIGITS: usize = 12;

impl ScratchId {
    /// That of an operation.
    pub fn of(operation: OperationId) -> Self {
        let digits = operation.as_uuid().simple().to_string();
        Self(digits[digits.len() - DIGITS..].to_owned())
    }
}

/// The name of a database of a project, and of its role. Always quote it in SQL.
///
/// `proj_<id>` for the main one (hyphens are kept, so `a-b` and `a_b` can never share one), `proj_<id>_r_<12 digits>` for a
/// scratch database, with `_o_` for a former, `_t_` for a deleted and `_s_` for a side one. A project id holds no underscore, so none of these is
/// ever the main one of another project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatabaseName {
    /// Whose database.
    pub project: ProjectId,
    /// Which of them.
    pub role: DatabaseRole,
}

const PREFIX: &str = "proj_";
const SCRATCH: &str = "_r_";
const FORMER: &str = "_o_";
const TRASH: &str = "_t_";
const SIDE: &str = "_s_";
const ACCEPTED: &str = "proj_ and a project id, and for a database of an operation _r_, _o_, _t_ or _s_ and 12 hexadecimal digits";

impl DatabaseName {
    /// The database that the project's main instance uses.
    pub const fn main(project: ProjectId) -> Self {
        Self { project, role: DatabaseRole::Main }
    }

    /// The database that this operation makes for itself.
    pub fn scratch(project: ProjectId, operation: OperationId) -> Self {
        Self { project, role: DatabaseRole::Scratch(ScratchId::of(operation)) }
    }

    /// The name of the database whose place this operation gave to another.
    pub fn former(project: ProjectId, operation: OperationId) -> Self {
        Self { project, role: DatabaseRole::Former(ScratchId::of(operation)) }
    }

    /// The name of the database of a project that this operation deleted.
    pub fn trash(project: ProjectId, operation: OperationId) -> Self {
        Self { project, role: DatabaseRole::Trash(ScratchId::of(operation)) }
    }

    /// The name of the database with single tables that this operation makes.
    pub fn side(project: ProjectId, operation: OperationId) -> Self {
        Self { project, role: DatabaseRole::Side(ScratchId::of(operation)) }
    }

    /// Whether it stands beside the project's own, for single tables of a backup.
    pub const fn is_side(&self) -> bool {
        matches!(self.role, DatabaseRole::Side(_))
    }

    /// Whether it is a scratch database.
    pub const fn is_scratch(&self) -> bool {
        matches!(self.role, DatabaseRole::Scratch(_))
    }

    /// Whether it is the one that the project's main instance uses.
    pub const fn is_main(&self) -> bool {
        matches!(self.role, DatabaseRole::Main)
    }
}

impl fmt::Display for DatabaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (infix, digits) = match &self.role {
            DatabaseRole::Main => ("", ""),
            DatabaseRole::Scratch(ScratchId(digits)) => (SCRATCH, digits.as_str()),
            DatabaseRole::Former(ScratchId(digits)) => (FORMER, digits.as_str()),
            DatabaseRole::Trash(ScratchId(digits)) => (TRASH, digits.as_str()),
            DatabaseRole::Side(ScratchId(digits)) => (SIDE, digits.as_str()),
        };
        write!(f, "{PREFIX}{}{infix}{digits}", self.project)
    }
}

impl FromStr for DatabaseName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new(format!("\"{text}\" is not the database of a project."), ACCEPTED);
        let rest = text.strip_prefix(PREFIX).ok_or_else(wrong)?;
        let split = [SCRATCH, FORMER, TRASH, SIDE]
            .into_iter()
            .find_map(|infix| Some((infix, rest.split_once(infix)?)));
        let Some((infix, (project, digits))) = split else {
            return Ok(Self::main(rest.parse()?));
        };
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digits.len() != DIGITS || !digits.bytes().all(is_digit) {
            return Err(wrong());
        }
        let id = ScratchId(digits.to_owned());
        let role = match infix {
            SCRATCH => DatabaseRole::Scratch(id),
            FORMER => DatabaseRole::Former(id),
            SIDE => DatabaseRole::Side(id),
            _ => DatabaseRole::Trash(id),
        };
        Ok(Self { project: project.parse()?, role })
    }
}
