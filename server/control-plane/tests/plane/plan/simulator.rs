//! A world that obeys: what each step does to it, and nothing else.

use control_plane::gateway::routes;
use control_plane::goal::{goal, is_due};
use control_plane::ports::driver::{AddressSource, DriverTraits};
use control_plane::ports::gateway::RouteTarget;
use control_plane::reconciler::plan::{PlanInput, differences_of, plan};
use control_plane::registry::ProjectRecord;
use control_plane::testing::driver::FakeDriver;
use model::state::{DatabaseSeen, ReachSeen, RouteSeen};
use model::{
    DesiredState, Difference, Exit, InstanceSeen, Limits, ObservationFacts, Observed, PlannedStep,
    ReleaseSeen, Step,
};
use time::OffsetDateTime;

use crate::support::record;

/// Where the back end lets instances listen, where it is its to say.
const ASSIGNED: &str = "10.0.0.7:3000";

/// What the instance should be made of.
pub const WANTED: &str = "wanted";

/// One project and what is seen of it.
#[derive(Debug, Clone)]
pub struct Simulated {
    pub record: ProjectRecord,
    pub seen: ObservationFacts,
    pub digest: Option<&'static str>,
    pub gone: bool,
    pub driver: DriverTraits,
}

impl Simulated {
    /// A project that runs and is all that was asked for.
    pub fn running() -> Self {
        let record = record::running();
        let seen = ObservationFacts {
            instance: Observed::Present(instance(WANTED, &record.address().to_string())),
            ready: Observed::Present(release()),
            database: Observed::Present(DatabaseSeen::default()),
            schema: Observed::Present(record.project.schema_ref.commit().clone()),
            route: route(&record),
            reached: reached(&record, &record.address().to_string()),
            ..ObservationFacts::default()
        };
        Self { record, seen, digest: Some(WANTED), gone: false, driver: FakeDriver::TRAITS }
    }

    /// Something was asked for just now.
    pub fn asked(mut self, change: impl FnOnce(&mut Self)) -> Self {
        self.record.project.generation += 1;
        change(&mut self);
        self
    }

    fn wanted(&self) -> PlanInput<'_> {
        PlanInput {
            record: &self.record,
            digest: self.digest,
            due: is_due(&self.record),
            driver: self.driver,
        }
    }

    pub fn planned(&self) -> Vec<PlannedStep> {
        plan(&self.wanted(), &self.seen)
    }

    pub fn plan(&self) -> Vec<Step> {
        self.planned().into_iter().map(|planned| planned.step).collect()
    }

    pub fn differences(&self) -> Vec<Difference> {
        differences_of(&self.wanted(), &self.seen)
    }

    /// The plan as a line of words.
    pub fn words(&self) -> String {
        self.plan().iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Does the steps; where nothing is left to do, what was asked for is reached.
    pub fn round(&mut self) -> Vec<Step> {
        let steps = self.plan();
        for step in &steps {
            self.step(*step);
        }
        if steps.is_empty() {
            let project = &mut self.record.project;
            project.observed_generation = project.generation;
            if project.desired_state == DesiredState::Running {
                project.schema_version = Some(project.schema_ref.commit().clone());
            }
        }
        steps
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::EnsureSecrets => self.digest = Some(WANTED),
            Step::EnsureDatabase => self.seen.database = Observed::Present(DatabaseSeen::default()),
            Step::MaterializeSchema => {
                self.seen.schema = Observed::Present(self.record.project.schema_ref.commit().clone());
            }
            Step::PointRoute => self.point(),
            Step::StopInstance => self.stop(),
            Step::EnsureInstance => self.start(),
            Step::ApplyLimits => {
                if let Observed::Present(instance) = &mut self.seen.instance {
                    instance.limits = Some(self.record.project.limits.instance);
                }
            }
            Step::AwaitReady => self.seen.ready = Observed::Present(release()),
            Step::SyncRoute => {
                if !goal(&self.record).is_maintained() {
                    let seen = self.seen.instance.present().map(|instance| instance.address.clone());
                    self.record.project.upstream = Some(seen.unwrap_or_else(|| self.next_address()));
                }
                self.seen.route = route(&self.record);
            }
            Step::FetchRelease => {}
            Step::VerifyRoute => {
                let address = self.seen.instance.present().map(|instance| instance.address.clone());
                self.seen.reached = reached(&self.record, &address.unwrap_or_default());
            }
            Step::RetireRoute => {
                self.record.former_hostnames.clear();
                self.seen.route = route(&self.record);
            }
            Step::RemoveInstance => self.seen.instance = Observed::Absent,
            Step::KeepDatabase => self.gone = true,
            step => panic!("{step} is a step of a job"),
        }
    }

    /// Where an instance that starts now listens.
    fn next_address(&self) -> String {
        match self.driver.address {
            AddressSource::Given => self.record.address().to_string(),
            AddressSource::Assigned => ASSIGNED.to_owned(),
        }
    }

    fn start(&mut self) {
        let running = self.seen.instance.present().filter(|instance| instance.is_running());
        assert_eq!(running.map(|instance| &instance.digest), None, "two would overlap on one database");
        let limits = Some(self.record.project.limits.instance);
        let started = instance(WANTED, &self.next_address());
        self.seen.instance = Observed::Present(InstanceSeen { limits, ..started });
        (self.seen.reached, self.seen.hangs) = (Observed::Unknown, false);
    }

    fn point(&mut self) {
        let here = self.record.address().to_string();
        if self.seen.instance.present().is_some_and(|instance| instance.address == here) {
            self.record.slot = 1 - self.record.slot;
        }
        self.record.project.upstream = Some(self.record.address().to_string());
        self.seen.route = route(&self.record);
    }

    fn stop(&mut self) {
        self.seen.ready = Observed::Absent;
        match &mut self.seen.instance {
            Observed::Present(instance) => instance.exit = Some(exit()),
            unknown => *unknown = Observed::Absent,
        }
    }
}

/// An instance that runs.
pub fn instance(digest: &str, address: &str) -> InstanceSeen {
    InstanceSeen {
        digest: digest.into(),
        release: "/atomo-server".into(),
        limits: Some(Limits::default().instance),
        address: address.into(),
        pid: Some(7),
        started_at: OffsetDateTime::UNIX_EPOCH,
        exit: None,
    }
}

/// How it ended.
pub fn exit() -> Exit {
    Exit { code: Some(1), signal: None, out_of_memory: None, at: OffsetDateTime::UNIX_EPOCH }
}

/// What it says of itself.
pub fn release() -> ReleaseSeen {
    ReleaseSeen {
        version: "0.9.0".into(),
        commit: None,
        standin: false,
        models_digest: String::new(),
        models: 1,
    }
}

/// What the gateway serves after the table was applied.
pub fn route(record: &ProjectRecord) -> Observed<RouteSeen> {
    let route = routes::route(record, &record::settings());
    let seen = route.map(|route| RouteSeen {
        hosts: route.hostname.iter().chain(&route.aliases).cloned().collect(),
        upstream: match route.target {
            RouteTarget::Upstream(address) => Some(address.to_string()),
            RouteTarget::Maintenance => None,
        },
        edge: Some(route.edge),
    });
    seen.into()
}

/// What is known after a request came through the gateway.
fn reached(record: &ProjectRecord, address: &str) -> Observed<ReachSeen> {
    let hosts = record.project.hosts().cloned().collect();
    Observed::Present(ReachSeen { address: address.to_owned(), hosts })
}
