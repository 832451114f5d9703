//! The project's route: points it ahead, publishes it, verifies it by a request, and retires it.

use std::time::{Duration, Instant};

use model::Hostname;

use super::Provisioner;
use super::pause::Pause;
use crate::Result;
use crate::gateway::{publisher, routes};
use crate::goal::goal;
use crate::ports::driver::{AddressSource, DriverError};
use crate::ports::gateway::{GatewayError, Reached};

/// Time-out of a request that is begun at the end of `verify_timeout`.
const SHORTEST: Duration = Duration::from_secs(1);

impl Provisioner<'_> {
    /// Points the route at the other of the two addresses, where nothing listens yet: new requests wait there. Checks what could
    /// keep the successor from starting before anything is changed. If the gateway refuses the route, the row gets the former
    /// address again, because the present instance still serves there.
    pub(super) async fn point_route(&mut self) -> Result<Option<String>> {
        let id = self.record.project.id.clone();
        let former = (self.record.project.upstream.clone(), self.record.slot);
        let instance = self.inner.observations.facts(&id).and_then(|seen| seen.instance.present().cloned());
        if instance.is_some_and(|instance| instance.address == self.record.address().to_string()) {
            self.record.slot = 1 - self.record.slot;
        }
        let taken = self.free_address().await?;
        let address = self.record.address().to_string();
        let reports = self.inner.registry.reports(self.inner.term);
        reports.upstream(&id, &address, self.record.slot).await?;
        if let Err(error) = self.publish().await {
            if let (Some(upstream), slot) = former {
                reports.upstream(&id, &upstream, slot).await?;
                self.record.slot = slot;
            }
            return Err(error);
        }
        self.hold = Some(publisher::hold(self.inner));
        Ok(Some(format!(
            "requests wait for {address}, at most {} s{taken}",
            self.inner.settings.hold.as_secs()
        )))
    }

    /// Finds an address that the successor can listen on: the intended one, the project's other one, or one of another pair of
    /// ports. Returns which process has the intended one.
    async fn free_address(&mut self) -> Result<String> {
        let driver = &self.inner.ports.driver;
        let taken = match driver.check(&self.spec().await?).await {
            Err(taken @ DriverError::AddressTaken { .. }) => taken,
            checked => return Ok(checked.map(|()| String::new())?),
        };
        self.record.slot = 1 - self.record.slot;
        match driver.check(&self.spec().await?).await {
            Err(DriverError::AddressTaken { .. }) => {
                self.move_ports().await?;
                driver.check(&self.spec().await?).await?;
            }
            checked => checked?,
        }
        Ok(format!("; {taken}"))
    }

    /// Publishes the route table with the present row of this project.
    pub(super) async fn sync_route(&mut self) -> Result<Option<String>> {
        self.hold = None;
        let project = &self.record.project;
        if !goal(&self.record).is_maintained() {
            let address = self.upstream()?;
            self.inner
                .registry
                .reports(self.inner.term)
                .upstream(&project.id, &address, self.record.slot)
                .await?;
        }
        self.publish().await?;
        let names = project.hosts().map(Hostname::as_str).collect::<Vec<_>>().join(", ");
        Ok(Some(if names.is_empty() { "by the header X-Atomo-Project".into() } else { names }))
    }

    /// The observed address of its instance. If no instance was observed, only a given address is known.
    fn upstream(&self) -> Result<String> {
        let seen = self.inner.observations.facts(&self.record.project.id);
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

    /// Requests `/ready` through the gateway, under the primary hostname, until it succeeds, the instance has ended, or
    /// `verify_timeout` is over. Stores the result for the present address and hostnames.
    pub(super) async fn verify_route(&mut self) -> Result<Option<String>> {
        self.hold = None;
        let (deadline, mut pause) = (Instant::now() + self.inner.settings.verify_timeout, Pause::new());
        loop {
            let instance = self.running().await?;
            let left = deadline.saturating_duration_since(Instant::now()).max(SHORTEST);
            // the gateway may hold the request while nothing listens
            let outcome = tokio::select! {
                outcome = self.reach(left) => outcome,
                error = self.interrupted() => return Err(error),
            };
            let last = Instant::now() >= deadline;
            match outcome {
                Ok(Reached { status, url }) if routes::is_reached(&self.record, status) => {
                    self.inner.observations.set_reached(&self.record.project, Some(&instance.address));
                    let by_policy = !(200..=299).contains(&status);
                    let note = format!("{url}: {status} by the edge policy, which is served");
                    return Ok(Some(if by_policy { note } else { url }));
                }
                Ok(Reached { status, url }) if last => {
                    self.inner.observations.set_reached(&self.record.project, None);
                    let reason = format!("it answered {status}");
                    return Err(GatewayError::Unreachable { url, reason }.into());
                }
                Err(error) if last => {
                    self.inner.observations.set_reached(&self.record.project, None);
                    return Err(error.into());
                }
                Ok(_) | Err(_) => {}
            }
            pause.pass(&self.cancel).await?;
        }
    }

    async fn reach(&self, within: Duration) -> Result<Reached, GatewayError> {
        let project = &self.record.project;
        self.inner.ports.gateway.reach(&project.id, project.hostname.as_ref(), "/ready", within).await
    }

    /// Removes the hostnames that the project no longer has from the gateway; all of them if the project is being deleted.
    pub(super) async fn retire_route(&self) -> Result<Option<String>> {
        let former = &self.record.former_hostnames;
        let names = former.iter().map(Hostname::as_str).collect::<Vec<_>>().join(", ");
        if !former.is_empty() {
            self.inner
                .registry
                .reports(self.inner.term)
                .names_retired(&self.record.project.id, former)
                .await?;
        }
        let id = &self.record.project.id;
        let reached = self.inner.observations.facts(id).map(|seen| seen.reached);
        self.publish().await?;
        if let Some(reached) = reached {
            // the project's own names were reached before, and are served as they were
            self.inner.observations.update(id, |seen| seen.facts.reached = reached);
        }
        Ok((!names.is_empty()).then_some(names))
    }
}
