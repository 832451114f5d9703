//! The fleet: every project, worst health first, and the parts that all projects depend on.

use std::sync::Arc;

use model::{Action, BackupFault, DeployProposal, DriftFinding, Fleet, Part, Problem, Project, Target};
use time::OffsetDateTime;

use crate::ports::gateway::RootCertificate;
use crate::rollouts::Rollouts;
use crate::{Inner, OpContext, Result, projects, snapshot};

/// The fleet.
pub struct FleetView<'a>(&'a Inner);

impl<'a> FleetView<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// The projects that the caller may see, from the rows in memory, and the parts.
    #[tracing::instrument(skip_all)]
    pub async fn get(&self, op: &OpContext) -> Result<Fleet> {
        op.may(Action::FleetView, Target::Anywhere)?;
        let rows = snapshot::rows(self.0).await?;
        let visible = rows
            .records
            .values()
            .filter(|record| op.can(Action::ProjectView, Target::Project(&record.project.id)));
        let mut projects: Vec<Arc<Project>> = self.0.presented.of(self.0, visible);
        for project in &mut projects {
            projects::redact(op, project);
        }
        projects.sort_by_cached_key(|project| (project.health(), project.id.clone()));
        let standin =
            projects.iter().any(|p| p.observed.facts.ready.present().is_some_and(|server| server.standin));
        Ok(Fleet {
            projects,
            parts: self.0.observations.parts(),
            backup_faults: self.backup_faults(op),
            drift: self.drift(op),
            rollouts: Rollouts::new(self.0).paused(op),
            proposals: self.proposals(op),
            standin,
            unreadable: if op.can(Action::ProjectView, Target::Fleet) {
                rows.unreadable()
            } else {
                Vec::new()
            },
            https_port: self.0.settings.https_port,
            at: OffsetDateTime::now_utc(),
        })
    }

    fn drift(&self, op: &OpContext) -> Vec<DriftFinding> {
        let (known, now) = (self.0.drift.findings(), OffsetDateTime::now_utc());
        let visible = |it: &&DriftFinding| op.can(Action::DriftView, Target::Project(&it.project_id));
        known.iter().filter(|it| it.needs_attention(now)).filter(visible).cloned().collect()
    }

    fn backup_faults(&self, op: &OpContext) -> Vec<BackupFault> {
        let known = self.0.backup_faults.get();
        let visible =
            known.iter().filter(|fault| op.can(Action::BackupView, Target::Project(&fault.project_id)));
        visible.cloned().collect()
    }

    fn proposals(&self, op: &OpContext) -> Vec<DeployProposal> {
        let known = self.0.proposals.get();
        let visible = known.iter().filter(|it| op.can(Action::ProjectView, Target::Project(&it.project_id)));
        visible.cloned().collect()
    }

    /// The last observation of the parts.
    pub fn parts(&self, op: &OpContext) -> Result<Vec<Part>> {
        op.may(Action::FleetView, Target::Anywhere)?;
        Ok(self.0.observations.parts())
    }

    /// The port of the gateway for `https`, for links.
    pub fn https_port(&self) -> u16 {
        self.0.settings.https_port
    }

    /// The hostname that is suggested for a new project.
    pub fn hostname_pattern(&self) -> &model::HostnamePattern {
        &self.0.settings.hostname_pattern
    }

    /// The root certificate of the gateway's internal issuer, PEM; `None` when every name has a public certificate.
    /// Answers from memory.
    #[tracing::instrument(skip_all)]
    pub fn gateway_root(&self, op: &OpContext) -> Result<Option<String>> {
        op.may(Action::GatewayView, Target::Fleet)?;
        match self.0.ports.gateway.root_certificate() {
            RootCertificate::Public => Ok(None),
            RootCertificate::Internal(pem) => Ok(Some(pem)),
            RootCertificate::Unknown => {
                let detail = "The gateway has not told its root certificate since the control plane started. Try \
                              again when the gateway is connected.";
                Err(Problem::unavailable("gateway", detail).into())
            }
        }
    }

    /// Whether names have certificates of the gateway's internal issuer, which clients do not trust by themselves.
    #[tracing::instrument(skip_all)]
    pub fn has_internal_issuer(&self, op: &OpContext) -> Result<bool> {
        op.may(Action::GatewayView, Target::Fleet)?;
        Ok(self.0.ports.gateway.root_certificate() != RootCertificate::Public)
    }
}
