//! Drift: what a project is, compared with what was declared, on eight levels.
//!
//! - A check only compares. The reconciler closes what it may close; the rest waits for a decision of an operator.
//! - What cannot be observed is *unknown since* a time, and never in sync.
//! - A finding is written when it is new, changed or resolved; a check that finds the same writes no event and no alert.
//!
//! `docs/drift.md` describes it for operators.

mod ahead;
mod catalog;
pub(crate) mod checks;
mod compare;
mod decisions;
mod declared;
mod findings;
mod known;
mod problems;
mod subject;

use std::time::{Duration, Instant};

use model::{Action, DriftFilter, DriftFinding, DriftFindingId, Problem, ProjectDrift, ProjectId, Target};
use time::OffsetDateTime;

pub(crate) use compare::line;
pub(crate) use known::KnownDrift;

use crate::{Inner, OpContext, Result};

/// How long a check that an operator asked for may take.
const CHECK: Duration = Duration::from_secs(20);

/// Drift of projects.
pub struct Drift<'a>(&'a Inner);

impl<'a> Drift<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// The findings that are not resolved and that the caller may see, by project and level.
    pub async fn list(&self, op: &OpContext, filter: &DriftFilter) -> Result<Vec<DriftFinding>> {
        op.may(Action::DriftView, Target::Anywhere)?;
        let now = OffsetDateTime::now_utc();
        let wanted = |it: &DriftFinding| {
            filter.project.as_ref().is_none_or(|project| *project == it.project_id)
                && filter.level.is_none_or(|level| level == it.level)
                && (filter.decided || it.is_open(now))
                && op.can(Action::DriftView, Target::Project(&it.project_id))
        };
        Ok(self.0.registry.unresolved_findings().await?.into_iter().filter(wanted).collect())
    }

    /// The drift of one project: every level as of its last check, its findings, and what it is compared with.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn project(&self, op: &OpContext, id: &ProjectId) -> Result<ProjectDrift> {
        op.may(Action::DriftView, Target::Project(id))?;
        let record = self.0.registry.project(id).await?;
        let record = record.ok_or_else(|| Problem::not_found(format!("project {id}")))?;
        let mut findings = self.0.registry.unresolved_findings().await?;
        findings.retain(|finding| finding.project_id == *id);
        findings.extend(self.0.registry.resolved_findings(id).await?);
        let baselines = subject::baselines(self.0).await?;
        let subject = subject::Subject::of(self.0, &record, &baselines);
        Ok(ProjectDrift {
            project_id: id.clone(),
            levels: self.0.drift.levels(id),
            findings,
            baseline: subject.baseline.map(|row| row.baseline),
            repository_ahead: self.0.drift.ahead(id),
        })
    }

    /// One finding.
    #[tracing::instrument(skip_all, fields(finding.id = %id))]
    pub async fn get(&self, op: &OpContext, id: DriftFindingId) -> Result<DriftFinding> {
        self.find(op, Action::DriftView, id).await
    }

    /// Checks every level of the project now, and returns what was found. 503 if this process does not hold the
    /// engine lock, or does not check it within 20 s.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn check(&self, op: &OpContext, id: &ProjectId) -> Result<ProjectDrift> {
        op.may(Action::DriftCheck, Target::Project(id))?;
        if self.0.registry.project(id).await?.is_none() {
            return Err(Problem::not_found(format!("project {id}")).into());
        }
        if !self.0.leadership.get() {
            return Err(problems::no_engine().into());
        }
        let since = Instant::now();
        self.0.drift.wake(id);
        let done = self.0.drift.checked_after(id, since);
        tokio::time::timeout(CHECK, done).await.map_err(|_| problems::not_checked(id))?;
        self.project(op, id).await
    }

    /// The finding, after the caller was allowed the action on its project.
    async fn find(&self, op: &OpContext, action: Action, id: DriftFindingId) -> Result<DriftFinding> {
        op.may(action, Target::Anywhere)?;
        let finding = self.0.registry.finding(id).await?;
        let finding = finding.ok_or_else(|| Problem::not_found(format!("finding {id}")))?;
        op.may(action, Target::Project(&finding.project_id))?;
        Ok(finding)
    }
}
