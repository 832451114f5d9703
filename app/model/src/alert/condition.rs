//! What gives an alert. Pure.

use time::OffsetDateTime;

use super::{AlertKind, AlertSeverity};
use crate::{
    BackupFault, BackupFaultKind, DriftFinding, DriftFindingId, DriftSeverity, OperationId, ProjectId,
};

/// Something that is wrong now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertCondition {
    /// What it is about.
    pub kind: AlertKind,
    /// How much it matters.
    pub severity: AlertSeverity,
    /// The project.
    pub project_id: ProjectId,
    /// See [`super::Alert::subject`].
    pub subject: String,
    /// See [`super::Alert::sentence`].
    pub sentence: String,
    /// The drift finding.
    pub finding_id: Option<DriftFindingId>,
    /// The operation that tells more.
    pub operation_id: Option<OperationId>,
}

impl From<&BackupFault> for AlertCondition {
    fn from(fault: &BackupFault) -> Self {
        let severity = match fault.kind {
            BackupFaultKind::Failed | BackupFaultKind::NotProved => AlertSeverity::Critical,
            BackupFaultKind::Overdue => AlertSeverity::Warning,
        };
        Self {
            kind: AlertKind::Backup,
            severity,
            project_id: fault.project_id.clone(),
            subject: "backups".to_owned(),
            sentence: fault.what.clone(),
            finding_id: None,
            operation_id: fault.operation_id,
        }
    }
}

impl AlertCondition {
    /// The condition of a finding at `now`; `None` if it is resolved, accepted or snoozed.
    pub fn of_finding(finding: &DriftFinding, now: OffsetDateTime) -> Option<Self> {
        let severity = match finding.severity {
            DriftSeverity::Attention => AlertSeverity::Warning,
            DriftSeverity::Notice => AlertSeverity::Notice,
        };
        finding.is_open(now).then(|| Self {
            kind: AlertKind::Drift,
            severity,
            project_id: finding.project_id.clone(),
            subject: finding.level.to_string(),
            sentence: finding.what(),
            finding_id: Some(finding.id),
            operation_id: None,
        })
    }
}
