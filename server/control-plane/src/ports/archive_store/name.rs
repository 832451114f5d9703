//! Names of archives and of their parts.

use std::fmt;
use std::str::FromStr;

use model::{BackupId, Invalid, ProjectId};

/// The part that is written last: the SHA-256 of every other part, in the format of `sha256sum`. An archive without it is
/// incomplete.
pub const SEAL: &str = "SHA256SUMS";

/// The first segment of the archives of the control plane itself.
const FLEET: &str = "_fleet";

const ACCEPTED: &str = "an archive is PROJECT/BACKUP or _fleet/BACKUP; a part is 1 to 100 of a to z, A to Z, 0 to 9, dot, hyphen and underscore";

/// The name of an archive: whose, and which backup. Displays as two segments of a path: `shop/0193…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchiveName {
    /// Whose; `None` for the control plane.
    pub project: Option<ProjectId>,
    /// Which.
    pub backup: BackupId,
}

impl ArchiveName {
    /// Whether archives can have this first segment.
    pub fn is_owner(segment: &str) -> bool {
        segment == FLEET || segment.parse::<ProjectId>().is_ok()
    }
}

impl fmt::Display for ArchiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = self.project.as_ref().map_or(FLEET, ProjectId::as_str);
        write!(f, "{owner}/{}", self.backup)
    }
}

impl FromStr for ArchiveName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new(format!("\"{text}\" is not the name of an archive."), ACCEPTED);
        let (owner, backup) = text.split_once('/').ok_or_else(wrong)?;
        let project = if owner == FLEET { None } else { Some(owner.parse()?) };
        Ok(Self { project, backup: backup.parse()? })
    }
}

/// The name of a part: 1 to 100 of a to z, A to Z, 0 to 9, dot, hyphen and underscore, not beginning with a dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartName(String);

impl PartName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PartName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if (1..=100).contains(&text.len()) && text.bytes().all(is_plain) && !text.starts_with('.') {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new(format!("\"{text}\" is not the name of a part."), ACCEPTED))
    }
}
