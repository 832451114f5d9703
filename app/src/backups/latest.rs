//! What a list shows of the backups of each project.

use std::collections::BTreeMap;

use model::{Backup, ProjectId};

/// The newest backups of one project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Latest {
    /// The newest that was not removed, whatever its state.
    pub(crate) newest: Option<Backup>,
    /// The newest verified one.
    pub(crate) verified: Option<Backup>,
}

/// The newest backups of several projects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LatestBackups(BTreeMap<ProjectId, Latest>);

impl LatestBackups {
    /// Those of a project; `None`: it has no backup.
    pub(crate) fn of(&self, project: &ProjectId) -> Option<&Latest> {
        self.0.get(project)
    }

    /// The newest verified backup of a project.
    pub(crate) fn verified(&self, project: &ProjectId) -> Option<&Backup> {
        self.of(project)?.verified.as_ref()
    }
}

impl From<Vec<Backup>> for LatestBackups {
    fn from(backups: Vec<Backup>) -> Self {
        let mut all: BTreeMap<ProjectId, Latest> = BTreeMap::new();
        for backup in backups {
            let latest = all.entry(backup.project_id.clone()).or_default();
            let newer = |other: &Option<Backup>| other.as_ref().is_none_or(|other| other.id < backup.id);
            if backup.is_verified() && newer(&latest.verified) {
                latest.verified = Some(backup.clone());
            }
            if newer(&latest.newest) {
                latest.newest = Some(backup);
            }
        }
        Self(all)
    }
}

#[cfg(test)]
mod tests;
