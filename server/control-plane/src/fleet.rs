//! The fleet as a whole: every project, worst first, and the parts it all runs on.

use model::{Action, Fleet, Health, KeptDatabase, Problem, Project, Target};
use time::OffsetDateTime;

use crate::ports::gateway::RootCertificate;
use crate::{Inner, OpContext, Result};

/// The fleet.
pub struct FleetView<'a>(&'a Inner);

impl<'a> FleetView<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Everything that the asker may see, in one query.
    #[tracing::instrument(skip_all)]
    pub async fn get(&self, op: &OpContext) -> Result<Fleet> {
        op.may(Action::FleetView, Target::Anywhere)?;
        let (records, unreadable) = self.0.registry.projects().await?;
        let mut projects: Vec<(Health, Project)> = records
            .into_iter()
            .filter(|record| op.can(Action::ProjectView, Target::Project(&record.project.id)))
            .map(|record| self.0.shown(op, record))
            .map(|project| (project.health(), project))
            .collect();
        projects.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.id.cmp(&right.id)));
        let projects: Vec<Project> = projects.into_iter().map(|(_, project)| project).collect();
        let standin =
            projects.iter().any(|p| p.observed.ready.present().is_some_and(|server| server.standin));
        Ok(Fleet {
            projects,
            parts: self.0.observations.parts(),
            standin,
            unreadable: if op.can(Action::ProjectView, Target::Fleet) { unreadable } else { Vec::new() },
            https_port: self.0.settings.https_port,
            at: OffsetDateTime::now_utc(),
        })
    }

    /// Databases that outlived their project.
    #[tracing::instrument(skip_all)]
    pub async fn kept(&self, op: &OpContext) -> Result<Vec<KeptDatabase>> {
        op.may(Action::RetainedDatabaseView, Target::Anywhere)?;
        let mut kept = self.0.registry.kept_databases().await?;
        kept.retain(|database| op.can(Action::RetainedDatabaseView, Target::Project(&database.project_id)));
        Ok(kept)
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
