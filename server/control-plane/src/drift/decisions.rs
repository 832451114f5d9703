//! Decisions about findings: accept, fix, snooze. Each writes its event in the same transaction.

use model::drift::{catalog_difference, line_difference};
use model::{
    AcceptDraft, Action, DriftDecision, DriftDecisionKind, DriftFinding, DriftFindingId, DriftFix,
    DriftLevel, EventAction, FixOutcome, Problem, SnoozeDraft, Target,
};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::subject::{Subject, baselines};
use super::{Drift, catalog, findings, problems};
use crate::projects::Projects;
use crate::registry::{BaselineKey, DigestedLines, Event};
use crate::{OpContext, Result};

/// What an accept declares.
#[derive(Default)]
struct Accepted {
    key: Option<BaselineKey>,
    catalog: Option<DigestedLines>,
    models: Option<DigestedLines>,
}

impl Drift<'_> {
    /// Declares what was observed: the catalog or the models become the baseline, a commit, a version or columns stay as they
    /// differ. Refused for a level that the engine closes by itself, and if the difference is another one by now.
    #[tracing::instrument(skip_all, fields(finding.id = %id))]
    pub async fn accept(
        &self,
        op: &OpContext,
        id: DriftFindingId,
        draft: &AcceptDraft,
    ) -> Result<DriftFinding> {
        let finding = self.find(op, Action::DriftAccept, id).await?;
        let reason = draft.validate()?;
        if finding.level.is_closed_by_engine() {
            return Err(problems::closed_by_engine(&finding).into());
        }
        let accepted = self.observed(&finding).await?;
        let decision = decision(op, DriftDecisionKind::Accept, reason, None);
        self.decide(op, &finding, &decision, Some(&accepted)).await
    }

    /// Ends alerts about the finding until then, unless it changes.
    #[tracing::instrument(skip_all, fields(finding.id = %id))]
    pub async fn snooze(
        &self,
        op: &OpContext,
        id: DriftFindingId,
        draft: &SnoozeDraft,
    ) -> Result<DriftFinding> {
        let finding = self.find(op, Action::DriftSnooze, id).await?;
        let (days, reason) = draft.validate()?;
        let until = OffsetDateTime::now_utc() + Duration::days(i64::from(days));
        let decision = decision(op, DriftDecisionKind::Snooze, reason, Some(until));
        self.decide(op, &finding, &decision, None).await
    }

    /// Opens the operation that closes the finding. Where there is none, nothing is changed, and the answer says what the operator
    /// has to do.
    #[tracing::instrument(skip_all, fields(finding.id = %id))]
    pub async fn fix(&self, op: &OpContext, id: DriftFindingId) -> Result<FixOutcome> {
        let finding = self.find(op, Action::DriftFix, id).await?;
        if finding.resolved_at.is_some() {
            return Err(problems::resolved(&finding).into());
        }
        let fix = finding.fix();
        if matches!(fix, DriftFix::ByHand { .. }) {
            return Ok(FixOutcome { fix, operation: None });
        }
        op.may(Action::ProjectRestart, Target::Project(&finding.project_id))?;
        let operation = Projects::new(self.0).restart(op, &finding.project_id).await?;
        let detail = json!({"finding": finding.id, "level": finding.level, "operation": operation.id});
        let event = Event { project: Some(&finding.project_id), action: Action::DriftFix.into(), detail };
        self.0.registry.change(op).await?.commit(event).await?;
        Ok(FixOutcome { fix, operation: Some(operation) })
    }

    /// What the accept of a finding declares, read now. Refused if it is not what the finding shows.
    async fn observed(&self, finding: &DriftFinding) -> Result<Accepted> {
        if !matches!(finding.level, DriftLevel::Catalog | DriftLevel::Models) {
            return Ok(Accepted::default());
        }
        let id = &finding.project_id;
        let record = self.0.registry.project(id).await?;
        let record = record.ok_or_else(|| Problem::not_found(format!("project {id}")))?;
        let subject = Subject::of(self.0, &record, &baselines(self.0).await?);
        let key = subject.baseline.as_ref().map(|row| row.key.clone());
        let key = key.ok_or_else(|| problems::resolved(finding))?;
        let declared = self.0.registry.baseline_lines(&key).await?.unwrap_or_default();
        let is_catalog = finding.level == DriftLevel::Catalog;
        let read = if is_catalog {
            catalog::catalog(self.0, &subject).await
        } else {
            catalog::models(self.0, &subject).await
        };
        let now = read.map_err(|reason| problems::unreadable(finding, &reason))?;
        let diff = if is_catalog {
            catalog_difference(&declared.0, &now.lines)
        } else {
            line_difference(&declared.1, &now.lines)
        };
        if findings::digest(&diff) != finding.key {
            self.0.drift.wake(id);
            return Err(problems::resolved(finding).into());
        }
        let (catalog, models) = if is_catalog { (Some(now), None) } else { (None, Some(now)) };
        Ok(Accepted { key: Some(key), catalog, models })
    }

    async fn decide(
        &self,
        op: &OpContext,
        finding: &DriftFinding,
        decision: &DriftDecision,
        accepted: Option<&Accepted>,
    ) -> Result<DriftFinding> {
        let _writing = self.0.drift.writing.lock().await;
        let mut change = self.0.registry.change(op).await?;
        let key = accepted.and_then(|it| it.key.as_ref());
        if let (Some(it), Some(key)) = (accepted, key)
            && !change.accept_baseline(key, it.catalog.as_ref(), it.models.as_ref()).await?
        {
            return Err(problems::resolved(finding).into());
        }
        if !change.decide_finding(finding, decision, key.is_some()).await? {
            return Err(problems::resolved(finding).into());
        }
        let action: EventAction =
            if accepted.is_some() { Action::DriftAccept.into() } else { Action::DriftSnooze.into() };
        let detail = json!({
            "finding": finding.id, "level": finding.level, "diff": finding.diff.first(), "lines": finding.diff.len(),
            "reason": decision.reason, "until": decision.until.map(|until| until.date().to_string()),
        });
        change.commit(Event { project: Some(&finding.project_id), action, detail }).await?;
        findings::refresh(self.0).await?;
        let now = self.0.registry.finding(finding.id).await?;
        Ok(now.ok_or_else(|| Problem::not_found(format!("finding {}", finding.id)))?)
    }
}

fn decision(
    op: &OpContext,
    kind: DriftDecisionKind,
    reason: String,
    until: Option<OffsetDateTime>,
) -> DriftDecision {
    DriftDecision { kind, reason, by: op.actor().clone(), at: OffsetDateTime::now_utc(), until }
}
