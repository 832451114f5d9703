//! Filter and order of the project table; both are in the query of the address.

use model::{Health, Project};

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
        [(Self::All, "", "All"), (Self::Ill, "ill", "Not well"), (Self::Drift, "drift", "Out of sync")];

    /// The word in the address.
    pub(crate) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(show, ..)| *show == self).map_or("", |(_, word, _)| word)
    }

    /// Whether the filter contains the project.
    pub(crate) fn admits(self, project: &Project) -> bool {
        match self {
            Self::All => true,
            Self::Ill => matches!(project.health(), Health::Down | Health::Degraded | Health::Unknown),
            Self::Drift => !project.sync().drifts().is_empty(),
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

/// Filter, order and search text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) text: String,
    pub(crate) show: Show,
    pub(crate) sort: Sort,
}

impl Filter {
    /// Reads the query; unknown words count as absent.
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
        Self { text: query.get("q").unwrap_or_default(), show, sort }
    }

    /// The address of the filtered page.
    pub(crate) fn address(&self) -> String {
        with_query("/", &[("show", self.show.word()), ("sort", self.sort.word()), ("q", self.text.trim())])
    }

    /// The address of the part of the list that begins with the row at this index.
    pub(crate) fn part(&self, from: usize) -> String {
        let from = if from == 0 { String::new() } else { from.to_string() };
        let pairs = [
            ("show", self.show.word()),
            ("sort", self.sort.word()),
            ("q", self.text.trim()),
            ("from", &from),
        ];
        with_query("/", &pairs)
    }

    /// The matching projects in their order. `projects` must be ordered worst first.
    pub(crate) fn apply<'a>(&self, projects: &'a [Project]) -> Vec<&'a Project> {
        let words: Vec<String> = self.text.split_whitespace().map(str::to_lowercase).collect();
        let mut shown: Vec<&Project> =
            projects.iter().filter(|project| self.show.admits(project) && holds(project, &words)).collect();
        match self.sort {
            Sort::Health => {}
            Sort::Project => shown.sort_by(|a, b| a.id.cmp(&b.id)),
            Sort::Changed => shown.sort_by_key(|project| std::cmp::Reverse(project.updated_at)),
        }
        shown
    }
}

/// Whether id, name, hostnames or commit contain every word.
fn holds(project: &Project, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let hosts: Vec<&str> = project.hosts().map(model::Hostname::as_str).collect();
    let text = format!(
        "{} {} {} {}",
        project.id,
        project.display_name,
        hosts.join(" "),
        project.schema_ref.commit()
    );
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

#[cfg(test)]
pub(in crate::fleet) mod tests;
