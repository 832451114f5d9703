//! The gateway: its state, its certificates, and the edge policy of the fleet. A changed policy requests a publication at once.

pub(crate) mod certificates;
pub mod publisher;
pub mod routes;

use model::fleet::PartKind;
use model::{
    Action, Certificate, FleetEdge, FleetEdgeDraft, GatewayView, Hint, Part, PartState, Problem, ProjectId,
    RateLimiter, Target,
};

use crate::precondition::{Generations, one_generation};
use crate::registry::{Event, FleetPolicy};
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
        let policy = inner.registry.fleet_policy().await?;
        let known = inner.observations.parts().into_iter().find(|part| part.kind == PartKind::Gateway);
        let unknown = || Part {
            kind: PartKind::Gateway,
            database_server: None,
            name: PartKind::Gateway.to_string(),
            missing: Vec::new(),
            state: PartState::Unknown,
        };
        let limiter = |limits| if limits { RateLimiter::Gateway } else { RateLimiter::Instances };
        Ok(GatewayView {
            part: known.unwrap_or_else(unknown),
            rate_limiter: inner.observations.limits_rates().map(limiter),
            edge: policy.edge,
            edge_generation: policy.generation,
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
        Ok(self.0.registry.fleet_policy().await?.edge)
    }

    /// Replaces the edge policy of the fleet. A changed rate limit replaces instances, one after the other. Refused with 428
    /// when the draft names no generation, and with 409 and the differences when the policy was changed after the generation
    /// that it names.
    #[tracing::instrument(skip_all)]
    pub async fn set_edge(&self, op: &OpContext, draft: FleetEdgeDraft) -> Result<FleetPolicy> {
        op.may(Action::GatewayEdge, Target::Fleet)?;
        let made_from = one_generation(op.generation(), draft.generation)?;
        let edge = draft.validate()?;
        let mut change = self.0.registry.change(op).await?;
        let before = change.lock_fleet_policy().await?;
        let now = before.generation;
        let generations = Generations { subject: "The policy of the fleet", now, edited: now };
        let former = before.edge.as_ref();
        generations.admit(made_from, || former.map_or_else(Vec::new, |now| edge.differences(now)))?;
        let generation = change.set_fleet_edge(&edge).await?;
        let detail = serde_json::json!({"edge": {"from": former, "to": edge}});
        change.commit(Event { project: None, action: Action::GatewayEdge.into(), detail }).await?;
        self.0.publisher.compare();
        self.0.live.send(Hint::Fleet);
        Ok(FleetPolicy { edge, generation })
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
