//! Alerts: one look at what is wrong, and the alerts that follow from it.
//!
//! - An alert is written when it begins, when its severity rises or its sentence changes, and when it is over. A look that finds the
//!   same writes nothing.
//! - What an operator accepts or snoozes ends its alert, with their name.
//!
//! `docs/alerts.md` describes alerts for operators. Which conditions give an alert is in [`model::alert`].

use model::{
    Action, Alert, AlertCondition, AlertFilter, AlertId, DriftDecision, Hint, Page, Target, alert_changes,
};
use time::OffsetDateTime;

use crate::{Inner, OpContext, Result, backups};

/// Alerts.
pub struct Alerts<'a>(&'a Inner);

impl<'a> Alerts<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// The alerts that the caller may see: open ones first, then those that are over, each newest first, 50 a page.
    #[tracing::instrument(skip_all)]
    pub async fn list(
        &self,
        op: &OpContext,
        filter: &AlertFilter,
        after: Option<AlertId>,
    ) -> Result<Page<Alert>> {
        op.may(Action::AlertView, filter.project.as_ref().map_or(Target::Anywhere, Target::Project))?;
        let visible = op.projects(Action::AlertView);
        Ok(self.0.registry.alerts(filter, &visible, after).await?)
    }
}

/// Looks at backups and drift of all projects and writes the alerts that follow. Tells open pages when there are any.
pub(crate) async fn look(inner: &Inner) -> Result<()> {
    backups::faults::look(inner).await?;
    let now = OffsetDateTime::now_utc();
    let faults = inner.backup_faults.get();
    let findings = inner.registry.unresolved_findings().await?;
    let drift = findings.iter().filter_map(|finding| AlertCondition::of_finding(finding, now));
    let conditions: Vec<AlertCondition> = faults.iter().map(AlertCondition::from).chain(drift).collect();
    let mut changed = alert_changes(&inner.registry.open_alerts().await?, &conditions, now).changed;
    if changed.is_empty() {
        return Ok(());
    }
    for alert in changed.iter_mut().filter(|alert| !alert.is_open()) {
        name_who_closed(inner, alert, now).await?;
    }
    for alert in &changed {
        tracing::info!(project.id = %alert.project_id, alert.state = alert.state(), subject = alert.subject, "{}", alert.sentence);
    }
    inner.registry.reports(inner.term).write_alerts(&changed).await?;
    inner.live.send(Hint::Fleet);
    Ok(())
}

/// An alert of a finding that an operator accepted or snoozed was ended by them. A snooze that is over ends nothing.
async fn name_who_closed(inner: &Inner, alert: &mut Alert, now: OffsetDateTime) -> Result<()> {
    let Some(id) = alert.finding_id else { return Ok(()) };
    let finding = inner.registry.finding(id).await?;
    let lasts = |decision: &DriftDecision| decision.until.is_none_or(|until| until > now);
    if let Some(decision) = finding.and_then(|finding| finding.decision).filter(lasts) {
        (alert.closed_by, alert.resolved_at) = (Some(decision.by), Some(decision.at));
    }
    Ok(())
}
