//! Groups of the table: by class, by the value of a label, or, when it is ordered by health, by health: not healthy, in
//! progress, healthy, suspended.

use model::{Health, LabelKey, Project, ProjectClass};

use crate::text::{sentence, thousands};

/// By what an operator groups the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GroupBy {
    /// The class of a project.
    Class,
    /// The value of a label.
    Label(LabelKey),
}

impl GroupBy {
    /// The word in the address of [`GroupBy::Class`]. A label of this key cannot be grouped by.
    pub(super) const CLASS: &'static str = "class";

    /// Reads the word of the address; `None` if it is empty or no key of a label.
    pub(super) fn of(word: &str) -> Option<Self> {
        if word == Self::CLASS { Some(Self::Class) } else { word.parse().ok().map(Self::Label) }
    }

    /// The word in the address.
    pub(super) fn word(&self) -> &str {
        match self {
            Self::Class => Self::CLASS,
            Self::Label(key) => key.as_str(),
        }
    }

    /// The place of the project's group: classes by rank, values by alphabet, projects without the label last.
    pub(super) fn rank(&self, project: &Project) -> (Option<ProjectClass>, bool, String) {
        match self {
            Self::Class => (Some(project.class), false, String::new()),
            Self::Label(key) => {
                let value = project.labels.get(key);
                (None, value.is_none(), value.map(ToString::to_string).unwrap_or_default())
            }
        }
    }

    fn group(&self, project: &Project) -> Group {
        match self {
            Self::Class => Group::Class(project.class),
            Self::Label(key) => match project.labels.get(key) {
                Some(value) => Group::Label(format!("{key}={value}")),
                None => Group::Unlabelled(key.clone()),
            },
        }
    }
}

/// A group of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Group {
    Ill,
    Moving,
    Well,
    Off,
    Class(ProjectClass),
    /// Projects with this label.
    Label(String),
    /// Projects without a label of this key.
    Unlabelled(LabelKey),
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
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Ill => "ill",
            Self::Moving => "moving",
            Self::Well => "well",
            Self::Off => "off",
            Self::Class(_) => "class",
            Self::Label(_) | Self::Unlabelled(_) => "label",
        }
    }

    pub(super) fn title(&self) -> String {
        match self {
            Self::Ill => "Unhealthy".into(),
            Self::Moving => "In progress".into(),
            Self::Well => "Healthy".into(),
            Self::Off => "Suspended".into(),
            Self::Class(class) => sentence(class.as_str()),
            Self::Label(label) => label.clone(),
            Self::Unlabelled(key) => format!("No label {key}"),
        }
    }

    /// The number of rows, and what they have in common.
    pub(super) fn note(&self, rows: usize) -> String {
        let number = thousands(rows);
        match self {
            Self::Ill => format!("{number}, worst first"),
            Self::Off => format!("{number}, stopped by an operator"),
            Self::Moving | Self::Well | Self::Class(_) | Self::Label(_) | Self::Unlabelled(_) => number,
        }
    }
}

/// Splits the rows into groups; `None` groups by health. Rows of one group must be adjacent: [`super::filter::Filter::apply`]
/// orders them so.
pub(super) fn groups<'a>(rows: &[&'a Project], by: Option<&GroupBy>) -> Vec<(Group, Vec<&'a Project>)> {
    let mut groups: Vec<(Group, Vec<&Project>)> = Vec::new();
    for project in rows {
        let group = by.map_or_else(|| Group::of(project.health()), |by| by.group(project));
        match groups.last_mut() {
            Some((last, projects)) if *last == group => projects.push(project),
            _ => groups.push((group, vec![project])),
        }
    }
    groups
}

#[cfg(test)]
mod tests;
