//! Groups of the table when it is ordered by health: not healthy, in progress, healthy, suspended.

use model::{Health, Project, ProjectId};

use crate::components::FrozenRow;
use crate::text::thousands;

/// A group of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Ill,
    Moving,
    Well,
    Off,
}

impl Group {
    pub(super) const fn of(health: Health) -> Self {
        match health {
            Health::Down | Health::Degraded | Health::Unknown => Self::Ill,
            Health::Progressing | Health::Maintenance => Self::Moving,
            Health::Healthy => Self::Well,
            Health::Suspended => Self::Off,
        }
    }

    /// Its name in the style sheet.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ill => "ill",
            Self::Moving => "moving",
            Self::Well => "well",
            Self::Off => "off",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Ill => "Not well",
            Self::Moving => "In progress",
            Self::Well => "Healthy",
            Self::Off => "Suspended",
        }
    }

    /// The number of rows, and what they have in common.
    pub(super) fn note(self, rows: usize) -> String {
        let number = thousands(rows);
        match self {
            Self::Ill => format!("{number}, worst first"),
            Self::Off => format!("{number}, stopped by an operator"),
            Self::Moving | Self::Well => number,
        }
    }
}

/// A row with its group, if the table has groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) group: Option<Group>,
    pub(super) project: Project,
}

impl FrozenRow for Entry {
    type Id = ProjectId;

    fn id(&self) -> ProjectId {
        self.project.id.clone()
    }

    fn renewed(&self, now: &Self) -> Self {
        Self { group: self.group, project: now.project.clone() }
    }

    fn same_part(&self, now: &Self) -> bool {
        self.group == now.group
    }
}

/// Splits the rows into groups. Rows of one group must be adjacent.
pub(super) fn parts(rows: Vec<Entry>) -> Vec<(Option<Group>, Vec<Project>)> {
    let mut parts: Vec<(Option<Group>, Vec<Project>)> = Vec::new();
    for Entry { group, project } in rows {
        match parts.last_mut() {
            Some((last, projects)) if *last == group => projects.push(project),
            _ => parts.push((group, vec![project])),
        }
    }
    parts
}

#[cfg(test)]
mod tests;
