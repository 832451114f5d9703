//! From what a check found to the findings of the registry: what is new, changed, resolved, or only seen again. Pure but for the
//! write.

use model::{Actor, DriftFinding, DriftLevel, DriftSeverity, Hint, ProjectId, SystemEvent};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use super::compare::Outcome;
use super::known::Noted;
use crate::registry::Event;
use crate::{Inner, OpContext, Result};

/// What a check of one level of one project found.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub(super) project: ProjectId,
    pub(super) level: DriftLevel,
    pub(super) severity: DriftSeverity,
    pub(super) outcome: Outcome,
    /// What the engine has begun to close since the last check.
    pub(super) noted: Option<Noted>,
}

/// What follows from a check.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Findings with an event.
    pub(super) news: Vec<(DriftFinding, SystemEvent)>,
    /// Findings that were seen again, or became unknown or known again.
    pub(super) seen: Vec<DriftFinding>,
}

/// The digest of a difference.
pub(super) fn key(diff: &[String]) -> String {
    digest(diff)
}

/// SHA-256 of lines, in hex.
pub(super) fn digest(lines: &[String]) -> String {
    use std::fmt::Write as _;
    let mut digest = Sha256::new();
    for line in lines {
        digest.update(line);
        digest.update(b"\n");
    }
    let mut hex = String::new();
    for byte in digest.finalize() {
        // writing to a text never fails
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// What follows from these checks, with the findings that are not resolved.
pub(super) fn changes(known: &[DriftFinding], checked: &[Checked], now: OffsetDateTime) -> Changes {
    let mut changes = Changes::default();
    for check in checked {
        let open = known.iter().find(|it| it.project_id == check.project && it.level == check.level);
        match (&check.outcome, open) {
            (Outcome::Differs(diff), Some(open)) => changes.again(open, check.severity, diff, now),
            (Outcome::Differs(diff), None) => {
                let since = check.noted.as_ref().map_or(now, |noted| noted.at);
                changes.news.push((new(check, diff.clone(), since, now), SystemEvent::DriftFound));
            }
            (Outcome::InSync, Some(open)) => {
                let over = DriftFinding { resolved_at: Some(now), unknown_since: None, ..open.clone() };
                changes.news.push((over, SystemEvent::DriftResolved));
            }
            (Outcome::InSync, None) => changes.closed(check, now),
            (Outcome::Unknown(_), Some(open)) if open.unknown_since.is_none() => {
                changes.seen.push(DriftFinding { unknown_since: Some(now), ..open.clone() });
            }
            (Outcome::Unknown(_) | Outcome::NotCompared(_), _) => {}
        }
    }
    changes
}

impl Changes {
    fn again(&mut self, open: &DriftFinding, severity: DriftSeverity, diff: &[String], now: OffsetDateTime) {
        let seen = DriftFinding { last_seen: now, unknown_since: None, ..open.clone() };
        let key = key(diff);
        if key == open.key {
            self.seen.push(seen);
        } else {
            let diff = diff.to_vec();
            let changed = DriftFinding { key, severity, diff, changed_at: now, decision: None, ..seen };
            self.news.push((changed, SystemEvent::DriftChanged));
        }
    }

    /// A difference that the engine closed before a check saw it is recorded as found and resolved.
    fn closed(&mut self, check: &Checked, now: OffsetDateTime) {
        if let Some(noted) = &check.noted {
            let found = new(check, noted.diff.clone(), noted.at, noted.at);
            let over = DriftFinding { resolved_at: Some(now), ..found };
            self.news.push((over, SystemEvent::DriftResolved));
        }
    }
}

fn new(check: &Checked, diff: Vec<String>, since: OffsetDateTime, seen: OffsetDateTime) -> DriftFinding {
    DriftFinding {
        id: Uuid::now_v7().into(),
        project_id: check.project.clone(),
        level: check.level,
        severity: check.severity,
        key: key(&diff),
        diff,
        first_seen: since,
        changed_at: since,
        last_seen: seen,
        unknown_since: None,
        resolved_at: None,
        decision: None,
    }
}

/// Stores the levels, and writes what follows from these checks: at most one statement for findings with events, and one for the
/// others. Tells open pages when something changed.
pub(super) async fn write(inner: &Inner, checked: &[Checked]) -> Result<()> {
    let now = OffsetDateTime::now_utc();
    for check in checked {
        inner.drift.set_level(&check.project, check.level, &check.outcome, now);
    }
    let _writing = inner.drift.writing.lock().await;
    let known = inner.registry.unresolved_findings().await?;
    let Changes { news, seen } = changes(&known, checked, now);
    if !seen.is_empty() {
        inner.registry.reports(inner.term).findings_seen(&seen).await?;
    }
    if !news.is_empty() {
        write_news(inner, &news).await?;
    }
    refresh(inner).await
}

/// Reads the findings that are not resolved again, and tells open pages when they are others.
pub(super) async fn refresh(inner: &Inner) -> Result<()> {
    if inner.drift.put_findings(inner.registry.unresolved_findings().await?) {
        inner.live.send(Hint::Fleet);
    }
    Ok(())
}

async fn write_news(inner: &Inner, news: &[(DriftFinding, SystemEvent)]) -> Result<()> {
    let mut change = inner.registry.change(&OpContext::platform(Actor::Reconciler)).await?;
    change.in_term(inner.term).await?;
    let findings: Vec<DriftFinding> = news.iter().map(|(finding, _)| finding.clone()).collect();
    change.write_findings(&findings).await?;
    let event = |(finding, event): &(DriftFinding, SystemEvent)| {
        tracing::info!(project.id = %finding.project_id, level = %finding.level, event = event.as_str(), "drift");
        json!({"finding": finding.id, "level": finding.level, "lines": finding.diff.len(), "diff": finding.diff.first()})
    };
    let Some((last, others)) = news.split_last() else { return Ok(()) };
    for one in others {
        let detail = event(one);
        change.record(&Event { project: Some(&one.0.project_id), action: one.1.into(), detail }).await?;
    }
    let detail = event(last);
    Ok(change.commit(Event { project: Some(&last.0.project_id), action: last.1.into(), detail }).await?)
}

#[cfg(test)]
mod tests;
