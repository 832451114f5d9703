//! The gateway: its state, its certificates, and the edge policy of the fleet. A changed policy requests a publication at once.

pub(crate) mod certificates;
pub mod publisher;
pub mod routes;

use model::fleet::PartKind;
use model::{
    Action, Certificate, FleetEdge, FleetEdgeDraft, GatewayView, Hint, Part, PartState, Problem, ProjectId,
    RateLimiter, Target,
};

use crate::registry::Event;
use crate::{Inner, OpContext, Result, snapshot};

/// The gateway.
pub struct GatewayPart<'a>(&'a Inner);

impl<'a> GatewayPart<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Its state, the edge policy of the fleet, and the certificates of all hostnames.
    #[tracing::instrument(skip_all)]
    pub async fn get(&self, op: &OpContext) -> Result<GatewayView> {
        op.may(Action::GatewayView, Target::Fleet)?;
        let inner = self.0;
        let rows = snapshot::rows(inner).await?;
        let known = inner.observations.parts().into_iter().find(|part| part.kind == PartKind::Gateway);
        let unknown = || Part {
            kind: PartKind::Gateway,
            server: None,
            name: PartKind::Gateway.to_string(),
            missing: Vec::new(),
            state: PartState::Unknown,
        };
        let limiter = |limits| if limits { RateLimiter::Gateway } else { RateLimiter::Instances };
        Ok(GatewayView {
            part: known.unwrap_or_else(unknown),
            rate_limiter: inner.observations.limits_rates().map(limiter),
            edge: inner.registry.fleet_edge().await?,
            certificates: certificates::list(
                inner,
                certificates::served_names(&inner.settings, rows.projects()),
            ),
            alert_days: inner.settings.certificate_alert_days,
            https_port: inner.settings.https_port,
        })
    }

    /// The edge policy of the fleet. Visible to every caller who may see a project, because it applies to each.
    #[tracing::instrument(skip_all)]
    pub async fn edge(&self, op: &OpContext) -> Result<FleetEdge> {
        op.may(Action::FleetView, Target::Anywhere)?;
        Ok(self.0.registry.fleet_edge().await?)
    }

    /// Replaces the edge policy of the fleet. A changed rate limit replaces instances, one after the other.
    #[tracing::instrument(skip_all)]
    pub async fn set_edge(&self, op: &OpContext, draft: FleetEdgeDraft) -> Result<FleetEdge> {
        op.may(Action::GatewayEdge, Target::Fleet)?;
        let edge = draft.validate()?;
        let mut change = self.0.registry.change(op).await?;
        change.set_fleet_edge(&edge).await?;
        let detail = serde_json::json!({"edge": edge});
        change.commit(Event { project: None, action: Action::GatewayEdge.into(), detail }).await?;
        self.0.publisher.compare();
        self.0.live.send(Hint::Fleet);
        Ok(edge)
    }

    /// The certificates of one project's hostnames.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn certificates(&self, op: &OpContext, id: &ProjectId) -> Result<Vec<Certificate>> {
        op.may(Action::ProjectView, Target::Project(id))?;
        let record = self.0.registry.project(id).await?;
        let record = record.ok_or_else(|| Problem::not_found(format!("project {id}")))?;
        let mut names = certificates::served_names(&self.0.settings, [&record]);
        names.retain(|_, owner| owner.as_ref() == Some(id));
        Ok(certificates::list(self.0, names))
    }
}
