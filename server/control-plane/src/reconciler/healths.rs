//! Writes the observed health of each project to its row when it changes: all changes in one statement, in a task of its own,
//! so that a row which another transaction has locked delays no observation.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{Health, Project, ProjectId};
use time::OffsetDateTime;

use crate::{Inner, Result};

/// The healths as last observed, and as written to the rows.
#[derive(Debug, Default)]
pub(super) struct Healths(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    seen: HashMap<ProjectId, Health>,
    written: HashMap<ProjectId, Health>,
}

impl Healths {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores the health of all projects. Others are removed.
    pub(super) fn see(&self, projects: &[Arc<Project>]) {
        let seen: HashMap<ProjectId, Health> =
            projects.iter().map(|project| (project.id.clone(), project.health())).collect();
        let mut known = self.lock();
        known.written.retain(|id, _| seen.contains_key(id));
        known.seen = seen;
    }

    /// Writes changed healths. A row that another transaction has locked is written by a later run.
    pub(super) async fn write(&self, inner: &Inner) -> Result<()> {
        let changed: Vec<(ProjectId, Health)> = {
            let known = self.lock();
            let differs = |(id, health): &(&ProjectId, &Health)| known.written.get(id) != Some(health);
            known.seen.iter().filter(differs).map(|(id, health)| (id.clone(), *health)).collect()
        };
        if changed.is_empty() {
            return Ok(());
        }
        let written = inner.registry.reports(inner.term).healths(&changed, OffsetDateTime::now_utc()).await?;
        let mut known = self.lock();
        known.written.extend(changed.into_iter().filter(|(id, _)| written.contains(id.as_str())));
        Ok(())
    }
}
