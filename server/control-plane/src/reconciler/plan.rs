//! From the difference between what is wanted and what was seen to the steps that close it. Pure: no clock, no I/O.
//!
//! Invariants: nothing to do gives no steps; what nobody knows is only acted upon when a change is due; an instance
//! that must go is stopped before its successor starts, so two never overlap on one database.

use std::collections::BTreeSet;

use model::state::DatabaseSeen;
use model::{DesiredState, InstanceSeen, Observation, Observed, Step};

use crate::ports::driver::{AddressSource, Artifact, DriverTraits};
use crate::registry::ProjectRecord;
use crate::routes;

/// The steps, in order. `digest` is what the instance should be made of; `None` while that cannot be said because
/// a secret has no version yet; `driver` is what the driver of this fleet is like.
pub fn plan(
    record: &ProjectRecord,
    seen: &Observation,
    digest: Option<&str>,
    driver: DriverTraits,
) -> Vec<Step> {
    let work = Work { record, seen, digest, driver };
    if record.delete_requested_at.is_some() {
        return work.towards_absent();
    }
    match record.project.desired_state {
        DesiredState::Running => work.towards_running(),
        DesiredState::Stopped => work.towards_stopped(),
    }
}

/// Whether something was asked for that was not reached yet.
pub fn is_due(record: &ProjectRecord) -> bool {
    record.project.generation > record.project.observed_generation
}

struct Work<'a> {
    record: &'a ProjectRecord,
    seen: &'a Observation,
    digest: Option<&'a str>,
    driver: DriverTraits,
}

/// What has to be done about the instance.
#[derive(PartialEq, Eq)]
enum Instance {
    Fits,
    Start,
    Replace,
}

impl Work<'_> {
    fn towards_running(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let instance = self.instance();
        if self.needs_secrets(&instance) {
            steps.push(Step::EnsureSecrets);
        }
        if self.needs_database(&instance) {
            steps.push(Step::EnsureDatabase);
        }
        if self.needs_schema() {
            steps.push(Step::MaterializeSchema);
        }
        steps.extend(self.instance_steps(&instance));
        if instance != Instance::Fits || matches!(self.seen.ready, Observed::Absent) {
            steps.push(Step::AwaitReady);
        }
        if self.needs_route(&instance) {
            steps.push(Step::SyncRoute);
        }
        if !steps.is_empty() {
            steps.push(Step::VerifyRoute);
        }
        if !self.record.former_hostnames.is_empty() {
            if steps.is_empty() {
                steps.push(Step::VerifyRoute);
            }
            steps.push(Step::RetireRoute);
        }
        steps
    }

    fn instance_steps(&self, instance: &Instance) -> Vec<Step> {
        let fetch = self.needs_image().then_some(Step::FetchServer);
        let point = self.may_point_ahead().then_some(Step::PointRoute);
        match instance {
            Instance::Fits => self.exceeds_limits().then_some(Step::ApplyLimits).into_iter().collect(),
            Instance::Start => fetch.into_iter().chain([Step::EnsureInstance]).collect(),
            Instance::Replace => {
                fetch.into_iter().chain(point).chain([Step::StopInstance, Step::EnsureInstance]).collect()
            }
        }
    }

    /// Visitors are told before the instance is stopped; with a gateway that cannot be asked, the instance is stopped all
    /// the same.
    fn towards_stopped(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.record.project.upstream.is_some() && self.route_differs() {
            steps.push(Step::SyncRoute);
        }
        let running = self.seen.instance.present().is_some_and(InstanceSeen::is_running);
        if running || (self.seen.instance.is_unknown() && is_due(self.record)) {
            steps.push(Step::StopInstance);
        }
        if self.seen.route.is_unknown() {
            steps.reverse();
        }
        steps
    }

    fn towards_absent(&self) -> Vec<Step> {
        let end = [Step::StopInstance, Step::RemoveInstance];
        let (before, after) = if self.seen.route.is_unknown() {
            (None, Some(Step::RetireRoute))
        } else {
            (Some(Step::RetireRoute), None)
        };
        before.into_iter().chain(end).chain(after).chain([Step::KeepDatabase]).collect()
    }

    /// What an instance is made of may have moved since its secrets were looked at: where Postgres listens, for one.
    fn needs_secrets(&self, instance: &Instance) -> bool {
        let made_of = self.seen.instance.present().map(|instance| instance.digest.as_str());
        let another = is_due(self.record) || made_of != self.digest;
        self.digest.is_none() || (another && *instance != Instance::Fits)
    }

    fn instance(&self) -> Instance {
        match &self.seen.instance {
            Observed::Present(instance) if instance.is_running() => {
                let same_place = match self.driver.address {
                    AddressSource::Given => instance.address == self.record.address().to_string(),
                    AddressSource::Assigned => true,
                };
                let held = !self.exceeds_limits() || self.seen.replace_for_limits.is_none();
                if self.digest == Some(instance.digest.as_str()) && same_place && held {
                    Instance::Fits
                } else {
                    Instance::Replace
                }
            }
            Observed::Unknown if !is_due(self.record) => Instance::Fits,
            _ => Instance::Start,
        }
    }

    /// A database that nobody can see (Postgres is away) is left alone unless an instance is to be started on it. One
    /// that is there may be half made, or be kept and closed, until an instance was proved to run on it; and its limit of
    /// connections follows the pool of an instance that is replaced.
    fn needs_database(&self, instance: &Instance) -> bool {
        let proved = self.record.project.schema_version.is_some();
        match &self.seen.database {
            Observed::Present(database) => match instance {
                Instance::Fits => self.digest.is_none() || self.is_limited_otherwise(database),
                Instance::Start => self.digest.is_none() || !proved || self.is_limited_otherwise(database),
                Instance::Replace => true,
            },
            Observed::Absent => true,
            Observed::Unknown => *instance == Instance::Start,
        }
    }

    /// Programs are there or not; only an image can be fetched.
    fn needs_image(&self) -> bool {
        self.driver.artifact == Artifact::Image
    }

    /// Whether requests can wait at the successor's address before it is started: only where that is known beforehand.
    fn may_point_ahead(&self) -> bool {
        self.driver.address == AddressSource::Given && self.record.project.upstream.is_some()
    }

    /// Whether the running instance is held to other limits than its project has.
    fn exceeds_limits(&self) -> bool {
        let running = self.seen.instance.present().filter(|instance| instance.is_running());
        running
            .and_then(|instance| instance.limits)
            .is_some_and(|held| held != self.record.project.limits.instance)
    }

    /// Whether the role may have more or fewer connections than its share; one whose limit nobody read yet may not.
    fn is_limited_otherwise(&self, database: &DatabaseSeen) -> bool {
        database.limit.is_some_and(|limit| limit != self.record.project.pool_size.connections())
    }

    fn needs_schema(&self) -> bool {
        match &self.seen.schema {
            Observed::Present(commit) => commit != self.record.project.schema_ref.commit(),
            Observed::Absent => true,
            Observed::Unknown => is_due(self.record),
        }
    }

    fn needs_route(&self, instance: &Instance) -> bool {
        let upstream = self.record.project.upstream.clone();
        let wanted = match self.driver.address {
            AddressSource::Given => Some(self.record.address().to_string()),
            // of an instance that is about to start it is not known yet
            AddressSource::Assigned if *instance != Instance::Fits => return true,
            AddressSource::Assigned => {
                let seen = self.seen.instance.present().map(|instance| instance.address.clone());
                seen.or_else(|| upstream.clone())
            }
        };
        upstream != wanted || self.route_differs()
    }

    fn route_differs(&self) -> bool {
        let hosts = self.record.project.hosts().chain(&self.record.former_hostnames);
        let maintenance = routes::is_maintained(self.record);
        let upstream = self.record.project.upstream.as_deref().filter(|_| !maintenance);
        match &self.seen.route {
            Observed::Unknown => is_due(self.record),
            Observed::Absent => true,
            Observed::Present(route) => {
                let wanted: BTreeSet<_> = hosts.collect();
                let routed: BTreeSet<_> = route.hosts.iter().collect();
                wanted != routed
                    || route.upstream.as_deref() != upstream
                    || route.edge.as_ref() != Some(&self.record.project.edge)
            }
        }
    }
}
