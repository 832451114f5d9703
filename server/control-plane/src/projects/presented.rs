//! Presented projects in memory, for readers of the whole fleet. A project is presented again when its row, its observation or
//! its attempts have changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::{Observation, Project, ProjectId};

use super::present_seen;
use crate::Inner;
use crate::observe::AttemptReport;
use crate::registry::ProjectRecord;
use crate::snapshot::Rows;

/// The presented projects.
#[derive(Default)]
pub(crate) struct PresentedProjects(Mutex<HashMap<ProjectId, Presented>>);

/// A presented project and what it was made from. The rows and observations are shared, so an address stands for a value.
struct Presented {
    record: Arc<ProjectRecord>,
    observed: Option<Arc<Observation>>,
    attempts: AttemptReport,
    project: Arc<Project>,
}

impl Presented {
    fn of(inner: &Inner, record: &Arc<ProjectRecord>) -> Self {
        let (observed, attempts) = inner.observations.get(&record.project.id);
        let project = Arc::new(present_seen(inner, record, observed.as_deref(), attempts));
        Self { record: Arc::clone(record), observed, attempts, project }
    }

    fn is_current(&self, inner: &Inner, record: &Arc<ProjectRecord>) -> bool {
        let (observed, attempts) = inner.observations.get(&record.project.id);
        Arc::ptr_eq(&self.record, record)
            && observed.as_ref().map(Arc::as_ptr) == self.observed.as_ref().map(Arc::as_ptr)
            && attempts == self.attempts
    }
}

impl PresentedProjects {
    /// The projects of these rows, in their order.
    pub(crate) fn of<'a>(
        &self,
        inner: &Inner,
        records: impl Iterator<Item = &'a Arc<ProjectRecord>>,
    ) -> Vec<Arc<Project>> {
        records.map(|record| self.project(inner, record)).collect()
    }

    /// The projects of all rows. Those of rows that are gone are removed.
    pub(crate) fn refresh(&self, inner: &Inner, rows: &Rows) -> Vec<Arc<Project>> {
        self.lock().retain(|id, _| rows.records.contains_key(id));
        self.of(inner, rows.records.values())
    }

    fn project(&self, inner: &Inner, record: &Arc<ProjectRecord>) -> Arc<Project> {
        let id = &record.project.id;
        if let Some(known) = self.lock().get(id).filter(|known| known.is_current(inner, record)) {
            return Arc::clone(&known.project);
        }
        let presented = Presented::of(inner, record);
        let project = Arc::clone(&presented.project);
        self.lock().insert(id.clone(), presented);
        project
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ProjectId, Presented>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
