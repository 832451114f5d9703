//! Rows do not move under the pointer. While somebody is in the table, or was within the last minute, the order stays as
//! it is and a strip says how much waits; otherwise it follows at once.

use leptos::prelude::*;
use model::{Project, ProjectId};
use time::{Duration, OffsetDateTime};

use crate::live::Clock;

/// For so long after the last touch the order stays.
const HOLD: Duration = Duration::seconds(60);

/// The order that is shown now, for as long as the page is open.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    shown: StoredValue<Vec<ProjectId>>,
    touched: StoredValue<Option<OffsetDateTime>>,
    applied: RwSignal<u32>,
    clock: Clock,
}

impl Held {
    pub(crate) fn new() -> Self {
        Self {
            shown: StoredValue::new(Vec::new()),
            touched: StoredValue::new(None),
            applied: RwSignal::new(0),
            clock: Clock::current(),
        }
    }

    /// Somebody is in the table.
    pub(crate) fn touch(self) {
        self.touched.set_value(Some(self.clock.now_untracked()));
    }

    /// Somebody wants to see the order as it is.
    pub(crate) fn apply(self) {
        self.touched.set_value(None);
        self.applied.update(|times| *times += 1);
    }

    /// The rows as they are to be shown, and how many would stand elsewhere.
    pub(crate) fn arrange(self, now: Vec<Project>) -> (Vec<Project>, usize) {
        self.applied.track();
        let held = self.touched.get_value().is_some_and(|at| self.clock.now_untracked() - at < HOLD);
        if !held {
            self.shown.set_value(now.iter().map(|project| project.id.clone()).collect());
            return (now, 0);
        }
        self.shown.with_value(|shown| keep_order(now, shown))
    }
}

/// `now` in the order of `shown`, without those that are not in it; and how many would stand elsewhere.
fn keep_order(now: Vec<Project>, shown: &[ProjectId]) -> (Vec<Project>, usize) {
    let moved =
        now.iter().map(|project| &project.id).enumerate().filter(|(i, id)| shown.get(*i) != Some(id)).count();
    let mut rows: Vec<(usize, Project)> = now
        .into_iter()
        .filter_map(|project| shown.iter().position(|id| *id == project.id).map(|place| (place, project)))
        .collect();
    rows.sort_by_key(|(place, _)| *place);
    (rows.into_iter().map(|(_, project)| project).collect(), moved)
}

#[cfg(test)]
mod tests;
