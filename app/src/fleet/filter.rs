//! Filter, order and grouping of the project table; all are in the query of the address.

use std::borrow::Borrow;

use model::{FieldError, Health, LabelSelector, Project, ProjectClass, Sync};

use super::group::GroupBy;
use crate::address::{Query, with_query};

/// A filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Show {
    /// All projects.
    #[default]
    All,
    /// Projects that are not healthy.
    Ill,
    /// Projects that differ from the desired state.
    Drift,
}

impl Show {
    /// Every filter: value, word in the address, label.
    pub(crate) const ALL: [(Self, &'static str, &'static str); 3] =
        [(Self::All, "", "All"), (Self::Ill, "ill", "Unhealthy"), (Self::Drift, "drift", "Out of sync")];

    /// The word in the address.
    pub(crate) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(show, ..)| *show == self).map_or("", |(_, word, _)| word)
    }

    /// Whether the filter contains the project.
    pub(crate) fn admits(self, project: &Project) -> bool {
        match self {
            Self::All => true,
            Self::Ill => matches!(project.health(), Health::Down | Health::Degraded | Health::Unknown),
            Self::Drift => Sync::is_out(project),
        }
    }
}

/// The order of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Worst first.
    #[default]
    Health,
    /// By id.
    Project,
    /// Latest change first.
    Changed,
}

impl Sort {
    /// The word in the address.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Health => "",
            Self::Project => "project",
            Self::Changed => "changed",
        }
    }

    /// The `aria-sort` of its column.
    pub(crate) const fn direction(self) -> &'static str {
        match self {
            Self::Project => "ascending",
            Self::Health | Self::Changed => "descending",
        }
    }
}

/// Filter, order, grouping and search text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) text: String,
    pub(crate) show: Show,
    pub(crate) sort: Sort,
    /// `None`: by health if that is the order, else ungrouped.
    pub(crate) group: Option<GroupBy>,
    /// Labels that a project must have, all of them.
    pub(crate) labels: Vec<LabelSelector>,
    /// The class that a project must have.
    pub(crate) class: Option<ProjectClass>,
    /// The label of the part that a project must depend on now.
    pub(crate) depends_on: Option<String>,
    /// What is wrong with labels and class of the address.
    pub(crate) faults: Vec<FieldError>,
}

impl Filter {
    /// Reads the query. Unknown words for order, grouping and kind count as absent.
    pub(crate) fn from_query(query: &Query) -> Self {
        let word = query.get("show").unwrap_or_default();
        let show = Show::ALL
            .into_iter()
            .find(|(_, name, _)| *name == word)
            .map(|(show, ..)| show)
            .unwrap_or_default();
        let sort = match query.get("sort").as_deref() {
            Some("project") => Sort::Project,
            Some("changed") => Sort::Changed,
            _ => Sort::Health,
        };
        let mut faults = Vec::new();
        let labels =
            query.all("label").filter_map(|text| FieldError::collect(&mut faults, "label", text.parse()));
        let labels = labels.collect();
        let class = query.get("class").filter(|word| !word.is_empty());
        let class = class.and_then(|word| FieldError::collect(&mut faults, "class", word.parse()));
        Self {
            text: query.get("q").unwrap_or_default(),
            show,
            sort,
            group: query.get("group").and_then(|word| GroupBy::of(&word)),
            labels,
            class,
            faults,
            depends_on: query.get("part").filter(|part| !part.is_empty()),
        }
    }

    /// The address of the filtered page.
    pub(crate) fn address(&self) -> String {
        self.part(0)
    }

    /// The address of the part of the list that begins with the row at this index.
    pub(crate) fn part(&self, from: usize) -> String {
        let from = if from == 0 { String::new() } else { from.to_string() };
        let labels: Vec<String> = self.labels.iter().map(ToString::to_string).collect();
        let mut pairs = vec![("show", self.show.word()), ("sort", self.sort.word())];
        pairs.push(("group", self.group.as_ref().map_or("", GroupBy::word)));
        pairs.extend(labels.iter().map(|label| ("label", label.as_str())));
        pairs.push(("class", self.class.map_or("", ProjectClass::as_str)));
        pairs.push(("part", self.depends_on.as_deref().unwrap_or_default()));
        pairs.extend([("q", self.text.trim()), ("from", &from)]);
        with_query("/", &pairs)
    }

    fn admits(&self, project: &Project, words: &[Word]) -> bool {
        self.show.admits(project)
            && self.class.is_none_or(|class| class == project.class)
            && self.labels.iter().all(|label| label.admits(&project.labels))
            && holds(project, words)
    }

    /// The matching projects in their order. `projects` must be ordered worst first.
    pub(crate) fn apply<'a>(&self, projects: &'a [impl Borrow<Project>]) -> Vec<&'a Project> {
        let words: Vec<Word> = self.text.split_whitespace().map(Word::of).collect();
        let mut shown: Vec<&Project> =
            projects.iter().map(Borrow::borrow).filter(|project| self.admits(project, &words)).collect();
        match self.sort {
            Sort::Health => {}
            Sort::Project => shown.sort_by(|a, b| a.id.cmp(&b.id)),
            Sort::Changed => shown.sort_by_key(|project| std::cmp::Reverse(project.changed_at())),
        }
        if let Some(group) = &self.group {
            shown.sort_by_cached_key(|project| group.rank(project)); // stable: the order stays within a group
        }
        shown
    }
}

/// A word of the search text.
enum Word {
    /// `team=shop`; `team=` for any value, because a search is sent while the operator types.
    Label(LabelSelector),
    /// `class:staging`
    Class(ProjectClass),
    /// Any other word, in lower case.
    Text(String),
}

impl Word {
    fn of(word: &str) -> Self {
        let class = word.strip_prefix("class:").and_then(|class| class.to_lowercase().parse().ok());
        let label = Some(word).filter(|word| word.contains('=')).and_then(|word| word.parse().ok());
        match (class, label) {
            (Some(class), _) => Self::Class(class),
            (None, Some(LabelSelector { key, value })) => {
                Self::Label(LabelSelector { key, value: value.filter(|value| !value.as_str().is_empty()) })
            }
            (None, None) => Self::Text(word.to_lowercase()),
        }
    }
}

/// Whether the project has every class and label of the words, and id, name, hostnames, commit, class or labels contain the
/// others.
fn holds(project: &Project, words: &[Word]) -> bool {
    if words.is_empty() {
        return true;
    }
    let hosts: Vec<&str> = project.hosts().map(model::Hostname::as_str).collect();
    let text = format!(
        "{} {} {} {} {} {}",
        project.id,
        project.display_name,
        hosts.join(" "),
        project.schema_ref.commit(),
        project.class,
        project.labels
    );
    let text = text.to_lowercase();
    words.iter().all(|word| match word {
        Word::Label(label) => label.admits(&project.labels),
        Word::Class(class) => *class == project.class,
        Word::Text(word) => text.contains(word),
    })
}

#[cfg(test)]
pub(in crate::fleet) mod tests;
