//! The parts of the table while it is ordered by health: not well, in progress, healthy, suspended.

use model::{Health, Project, ProjectId};

use crate::components::HeldRow;
use crate::text::thousands;

/// A part of the table.
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
            Health::Progressing => Self::Moving,
            Health::Healthy => Self::Well,
            Health::Suspended => Self::Off,
        }
    }

    /// Its word for the style sheet.
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

    /// How many there are, and what they have in common.
    pub(super) fn note(self, rows: usize) -> String {
        let number = thousands(rows);
        match self {
            Self::Ill => format!("{number}, worst first"),
            Self::Off => format!("{number}, stopped by an operator"),
            Self::Moving | Self::Well => number,
        }
    }
}

/// A row of the table, and the part in which it stands, where the table has parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) group: Option<Group>,
    pub(super) project: Project,
}

impl HeldRow for Entry {
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

/// The rows part by part. Rows of one part stand together.
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
