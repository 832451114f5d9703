//! From the differences between goal and observation to the steps that close them. Pure: no clock, no I/O.
//!
//! Invariants: no difference gives no step, and any difference gives one; an instance that must go is stopped before its
//! successor starts, so two never overlap on one database; while a job holds the project, nothing is planned but what
//! keeps it in maintenance.

use model::{
    Desired, Difference, Goal, InstanceDifference, ObservationFacts, Observed, PlannedStep, Step, differences,
};

use crate::goal::goal;
use crate::ports::driver::{AddressSource, Artifact, DriverTraits};
use crate::registry::ProjectRecord;

/// What a plan is made for.
#[derive(Debug, Clone, Copy)]
pub struct PlanInput<'a> {
    /// The project's row, or the row as it was at the revision that the engine returns to.
    pub record: &'a ProjectRecord,
    /// What its instance is to be made of; `None` while a secret has no version yet.
    pub digest: Option<&'a str>,
    /// Whether something was asked for that was not reached yet.
    pub due: bool,
    /// What the driver of this fleet is like.
    pub driver: DriverTraits,
}

/// In what the project differs from its goal. Empty exactly when [`plan`] is.
pub fn differences_of(wanted: &PlanInput<'_>, seen: &ObservationFacts) -> Vec<Difference> {
    let address = match wanted.driver.address {
        AddressSource::Given => Some(wanted.record.address().to_string()),
        AddressSource::Assigned => None,
    };
    let desired = Desired {
        goal: goal(wanted.record),
        project: &wanted.record.project,
        due: wanted.due,
        digest: wanted.digest,
        address: address.as_deref(),
        database_oid: wanted.record.database_oid,
        former_hostnames: &wanted.record.former_hostnames,
    };
    differences(&desired, seen)
}

/// The steps, in order, each with the difference that it is there for.
pub fn plan(wanted: &PlanInput<'_>, seen: &ObservationFacts) -> Vec<PlannedStep> {
    let differences = differences_of(wanted, seen);
    if differences.is_empty() {
        return Vec::new();
    }
    let plan = Plan { wanted, seen, differences, steps: Vec::new() };
    match goal(wanted.record) {
        Goal::Run => plan.towards_running(),
        Goal::Stop | Goal::Maintain(_) => plan.towards_stopped(),
        Goal::Remove => plan.towards_absent(),
        Goal::Hold(_) => Vec::new(),
    }
}

struct Plan<'a> {
    wanted: &'a PlanInput<'a>,
    seen: &'a ObservationFacts,
    differences: Vec<Difference>,
    steps: Vec<PlannedStep>,
}

impl Plan<'_> {
    /// The first difference of a kind.
    fn find(&self, is: impl Fn(&Difference) -> bool) -> Option<&Difference> {
        self.differences.iter().find(|difference| is(difference))
    }

    /// Plans a step that closes this difference.
    fn close(&mut self, step: Step, difference: Option<&Difference>) {
        self.steps.push(PlannedStep { step, reason: difference.map(Difference::reason) });
    }

    fn towards_running(mut self) -> Vec<PlannedStep> {
        let instance = self.find(|it| matches!(it, Difference::Instance(_))).cloned();
        let kind = match &instance {
            Some(Difference::Instance(kind)) => Some(kind.clone()),
            _ => None,
        };
        self.secrets(kind.as_ref());
        self.database(kind.as_ref());
        let file = self.find(|it| matches!(it, Difference::SchemaFile { .. })).cloned();
        if file.is_some() {
            self.close(Step::MaterializeSchema, file.as_ref());
        }
        if let Some(kind) = &kind {
            self.instance(kind, instance.as_ref());
        }
        let limits = self.find(|it| matches!(it, Difference::Limits { .. })).cloned();
        if limits.is_some() {
            self.close(Step::ApplyLimits, limits.as_ref());
        }
        let unready = self.find(|it| *it == Difference::NotReady).cloned();
        if kind.is_some() || unready.is_some() {
            self.close(Step::AwaitReady, unready.as_ref());
        }
        self.route(kind.is_some() || unready.is_some());
        self.steps
    }

    /// What an instance is made of may have moved since its secrets were read: where Postgres listens, for one.
    fn secrets(&mut self, instance: Option<&InstanceDifference>) {
        let missing = self.find(|it| *it == Difference::Secrets).cloned();
        let made_of = self.seen.instance.present().map(|instance| instance.digest.as_str());
        let another = self.wanted.due || made_of != self.wanted.digest;
        if missing.is_some() || (another && instance.is_some()) {
            self.close(Step::EnsureSecrets, missing.as_ref());
        }
    }

    /// Before every start, role and database are brought to what they should be: the password, the log-in, the limits and
    /// the owner may have been changed since the last one.
    fn database(&mut self, instance: Option<&InstanceDifference>) {
        let is_database = |it: &Difference| {
            matches!(
                it,
                Difference::DatabaseAbsent { .. }
                    | Difference::AnotherDatabase { .. }
                    | Difference::ConnectionLimit { .. }
            )
        };
        let database = self.find(is_database).cloned();
        if database.is_some() || instance.is_some() || self.wanted.digest.is_none() {
            self.close(Step::EnsureDatabase, database.as_ref());
        }
    }

    fn instance(&mut self, kind: &InstanceDifference, difference: Option<&Difference>) {
        if self.needs_image() {
            self.close(Step::FetchRelease, None);
        }
        let replaces = match kind {
            InstanceDifference::Configuration
            | InstanceDifference::Address { .. }
            | InstanceDifference::Limits { .. }
            | InstanceDifference::Hangs => true,
            InstanceDifference::Absent | InstanceDifference::Unknown | InstanceDifference::Ended(_) => false,
        };
        if replaces {
            if self.may_point_ahead() {
                self.close(Step::PointRoute, None);
            }
            self.close(Step::StopInstance, None);
        }
        self.close(Step::EnsureInstance, difference);
    }

    /// Programs are there or not; only an image can be fetched.
    fn needs_image(&self) -> bool {
        self.wanted.driver.artifact == Artifact::Image
    }

    /// Whether requests can wait at the successor's address before it is started: only where that is known beforehand.
    fn may_point_ahead(&self) -> bool {
        self.wanted.driver.address == AddressSource::Given && self.wanted.record.project.upstream.is_some()
    }

    fn route(&mut self, restarted: bool) {
        let route = self.find(|it| matches!(it, Difference::Route { .. })).cloned();
        let unverified = self.find(|it| *it == Difference::Unverified).cloned();
        let former = self.find(|it| matches!(it, Difference::FormerHostnames { .. })).cloned();
        // an assigned address is not known before the instance runs
        let moves = restarted && self.wanted.driver.address == AddressSource::Assigned;
        if route.is_some() || moves {
            self.close(Step::SyncRoute, route.as_ref());
        }
        if restarted || route.is_some() || unverified.is_some() || former.is_some() {
            self.close(Step::VerifyRoute, unverified.as_ref());
        }
        if former.is_some() {
            self.close(Step::RetireRoute, former.as_ref());
        }
    }

    /// The gateway serves the maintenance page before the instance is stopped. If the gateway is unavailable, the instance is
    /// stopped nevertheless.
    fn towards_stopped(mut self) -> Vec<PlannedStep> {
        let route = self.find(|it| matches!(it, Difference::Route { .. })).cloned();
        let runs = self.find(|it| *it == Difference::StillRuns).cloned();
        if route.is_some() {
            self.close(Step::SyncRoute, route.as_ref());
        }
        if runs.is_some() {
            self.close(Step::StopInstance, runs.as_ref());
        }
        if self.seen.route.is_unknown() {
            self.steps.reverse();
        }
        self.steps
    }

    fn towards_absent(mut self) -> Vec<PlannedStep> {
        let blind = matches!(self.seen.route, Observed::Unknown);
        if !blind {
            self.close(Step::RetireRoute, None);
        }
        self.close(Step::StopInstance, None);
        self.close(Step::RemoveInstance, None);
        if blind {
            self.close(Step::RetireRoute, None);
        }
        let exists = self.find(|it| *it == Difference::Exists).cloned();
        self.close(Step::KeepDatabase, exists.as_ref());
        self.steps
    }
}
