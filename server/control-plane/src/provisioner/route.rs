//! The project's route: pointed ahead, published, proved by a request, and retired.

use std::time::{Duration, Instant};

use model::{Edge, Hostname};

use super::Provisioner;
use super::pause::Pause;
use crate::Result;
use crate::ports::driver::{AddressSource, DriverError};
use crate::ports::gateway::{GatewayError, Reached};

/// How long the way through the gateway may take to open: a certificate has to be made for a new name.
const PATIENCE: Duration = Duration::from_secs(15);

impl Provisioner<'_> {
    /// Points the route at the other of the two addresses, where nobody listens yet: new requests wait there. What would
    /// keep the successor from starting is found out before anything is touched; where somebody else has taken the other
    /// address, it starts on its predecessor's.
    pub(super) async fn point_route(&mut self) -> Result<Option<String>> {
        let id = self.record.project.id.clone();
        let instance = self.inner.observations.get(&id).and_then(|seen| seen.instance.present().cloned());
        if instance.is_some_and(|instance| instance.address == self.record.address().to_string()) {
            self.record.slot = 1 - self.record.slot;
        }
        let driver = &self.inner.ports.driver;
        let taken = match driver.check(&self.spec().await?).await {
            Err(taken @ DriverError::AddressTaken { .. }) => {
                self.record.slot = 1 - self.record.slot;
                driver.check(&self.spec().await?).await?;
                format!("; {taken}")
            }
            checked => checked.map(|()| String::new())?,
        };
        let address = self.record.address().to_string();
        self.inner.reports().upstream(&id, &address, self.record.slot).await?;
        self.inner.publisher.publish(&id).await?;
        self.hold = Some(self.inner.hold());
        Ok(Some(format!(
            "requests wait for {address}, at most {} s{taken}",
            self.inner.settings.hold.as_secs()
        )))
    }

    /// Brings the table to the gateway, with this project as the registry has it.
    pub(super) async fn sync_route(&mut self) -> Result<Option<String>> {
        self.hold = None;
        let project = &self.record.project;
        if project.desired_state == model::DesiredState::Running {
            let address = self.upstream()?;
            self.inner.reports().upstream(&project.id, &address, self.record.slot).await?;
        }
        self.inner.publisher.publish(&project.id).await?;
        let names = project.hosts().map(Hostname::as_str).collect::<Vec<_>>().join(", ");
        Ok(Some(if names.is_empty() { "by the header X-Atomo-Project".into() } else { names }))
    }

    /// Where its instance was seen to listen. Where nothing was seen, only a given address is known.
    fn upstream(&self) -> Result<String> {
        let seen = self.inner.observations.get(&self.record.project.id);
        if let Some(instance) = seen.as_ref().and_then(|seen| seen.instance.present()) {
            return Ok(instance.address.clone());
        }
        match self.inner.ports.driver.traits().address {
            AddressSource::Given => Ok(self.record.address().to_string()),
            AddressSource::Assigned => Err(DriverError::Away {
                doing: "looking for the address of the instance",
                reason: "no instance was seen".to_owned(),
            }
            .into()),
        }
    }

    /// Asks `/ready` through the gateway, under the primary name, until it succeeds or there is nobody to answer.
    pub(super) async fn verify_route(&mut self) -> Result<Option<String>> {
        self.hold = None;
        let (begun, mut pause) = (Instant::now(), Pause::new());
        loop {
            let outcome = self.reach().await;
            let last = begun.elapsed() > PATIENCE;
            match outcome {
                Ok(Reached { status: 200..=299, url }) => return Ok(Some(url)),
                Ok(Reached { status, url }) if self.is_policy(status) => {
                    return Ok(Some(format!("{url}: {status} by the edge policy, which is served")));
                }
                Ok(Reached { status, url }) if last => {
                    let reason = format!("it answered {status}");
                    return Err(GatewayError::Unreachable { url, reason }.into());
                }
                Err(error) if last => return Err(error.into()),
                Ok(_) | Err(_) => self.still_runs().await?,
            }
            pause.pass().await;
        }
    }

    /// Whether the answer is what the edge policy has for this very machine: that it is served can be told, and that the
    /// instance is ready was asked of itself.
    fn is_policy(&self, status: u16) -> bool {
        let edge = Edge::of(&self.record.fleet_edge.policy, &self.record.project.edge);
        match status {
            403 => !edge.allow.is_empty() || !edge.deny.is_empty(),
            404 => edge.blocks("/ready"),
            429 => edge.rate_limit.is_some(),
            _ => false,
        }
    }

    async fn reach(&self) -> Result<Reached, GatewayError> {
        let project = &self.record.project;
        self.inner.ports.gateway.reach(&project.id, project.hostname.as_ref(), "/ready").await
    }

    /// Takes the names out that it no longer has; of a project that is being taken down, all of them.
    pub(super) async fn retire_route(&self) -> Result<Option<String>> {
        let former = &self.record.former_hostnames;
        let names = former.iter().map(Hostname::as_str).collect::<Vec<_>>().join(", ");
        if !former.is_empty() {
            self.inner.reports().names_retired(&self.record.project.id, former).await?;
        }
        self.inner.publisher.publish(&self.record.project.id).await?;
        Ok((!names.is_empty()).then_some(names))
    }
}
