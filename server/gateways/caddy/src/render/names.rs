//! Hostnames by project.

use std::collections::{BTreeMap, BTreeSet};

use control_plane::ports::gateway::RouteTable;
use model::{Hostname, ProjectId};

/// Every hostname with its one owner. The dashboard's comes first, then hostnames, then aliases; a duplicate is
/// ignored. (The registry keeps them unique; this holds for any table.)
pub(super) struct Names<'a> {
    pub(super) dashboard: Option<&'a Hostname>,
    projects: BTreeMap<&'a ProjectId, Vec<&'a str>>,
}

impl<'a> Names<'a> {
    pub(super) fn of(table: &'a RouteTable) -> Self {
        let dashboard = table.dashboard.as_ref().map(|(name, _)| name);
        let mut taken: BTreeSet<&str> = dashboard.into_iter().map(Hostname::as_str).collect();
        let mut projects: BTreeMap<&ProjectId, Vec<&str>> = BTreeMap::new();
        let hostnames =
            table.routes.iter().flat_map(|(id, route)| route.hostname.iter().map(move |name| (id, name)));
        let aliases =
            table.routes.iter().flat_map(|(id, route)| route.aliases.iter().map(move |name| (id, name)));
        for (id, name) in hostnames.chain(aliases) {
            if taken.insert(name.as_str()) {
                projects.entry(id).or_default().push(name.as_str());
            }
        }
        Self { dashboard, projects }
    }

    /// The hostnames of a project, its primary one first.
    pub(super) fn of_project(&self, id: &ProjectId) -> &[&'a str] {
        self.projects.get(id).map_or(&[], Vec::as_slice)
    }

    /// Every hostname: the dashboard's, then by project.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a str> {
        self.dashboard.into_iter().map(Hostname::as_str).chain(self.projects.values().flatten().copied())
    }
}
