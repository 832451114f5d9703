//! Groups of the table when it is ordered by health: not healthy, in progress, healthy, suspended.

use model::{Health, Project};

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

/// Splits the rows into groups. Rows of one group are adjacent, because projects are ordered worst first.
pub(super) fn groups<'a>(rows: &[&'a Project]) -> Vec<(Group, Vec<&'a Project>)> {
    let mut groups: Vec<(Group, Vec<&Project>)> = Vec::new();
    for project in rows {
        let group = Group::of(project.health());
        match groups.last_mut() {
            Some((last, projects)) if *last == group => projects.push(project),
            _ => groups.push((group, vec![project])),
        }
    }
    groups
}

#[cfg(test)]
mod tests;
