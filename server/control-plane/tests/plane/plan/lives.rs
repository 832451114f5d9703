//! A project over its life: its row with revisions and operations, the world, and an engine that can end between two steps and
//! inside one. What is pure is the product's own (goal, target, digest, differences, plan, route); what happens around it
//! follows `reconciler/` in a few lines.

mod acts;
pub mod asked;

use control_plane::goal::{goal, is_due};
use control_plane::provisioner::instance::digest;
use control_plane::reconciler::plan::{PlanInput, differences_of, plan};
use control_plane::registry::{ProjectRecord, Revision, RevisionContent};
use control_plane::target::ReconcileTarget;
use control_plane::testing::driver::FakeDriver;
use model::state::{DatabaseSeen, ReachSeen, RouteSeen};
use model::{
    Actor, CommitSha, DesiredState, Difference, Goal, InstanceSeen, ObservationFacts, Observed,
    OperationStatus, PlannedStep, ProjectStatus, Step,
};

use super::simulator::release;
use crate::support::record;

/// An instance with this variable in its environment ends at its start.
pub const REFUSED: &str = "REFUSED";

/// How a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Whole,
    /// The control plane ends when it has had half of its effect.
    Half,
    /// What it needs is away.
    Fails,
}

/// One project, whatever becomes of it.
#[derive(Debug, Clone)]
pub struct Life {
    /// Its row; `None` after its delete.
    pub row: Option<ProjectRecord>,
    pub world: World,
    pub operations: Vec<Operation>,
    revisions: Vec<RevisionContent>,
    /// What only the memory of the engine knows.
    reached: Observed<ReachSeen>,
    plan: Option<Work>,
    job: Option<usize>,
    /// The generation at which an instance died while it was being started: that counts as a refusal.
    pub struck: Option<i64>,
    /// The operations of all steps that were begun.
    pub begun: Vec<usize>,
}

/// What there is outside.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub instance: Option<InstanceSeen>,
    /// What the last instance was started from.
    pub content: Option<RevisionContent>,
    pub route: Option<RouteSeen>,
    database: bool,
    schema: Option<CommitSha>,
}

/// An operation of either lane.
#[derive(Debug, Clone)]
pub struct Operation {
    pub actor: Actor,
    pub deletes: bool,
    pub status: OperationStatus,
    pub is_job: bool,
}

/// A plan that is worked on.
#[derive(Debug, Clone)]
struct Work {
    operation: usize,
    target: ReconcileTarget,
    steps: Vec<Step>,
    started: bool,
}

/// Why a step did not go well.
enum Stumble {
    Replan,
    Refused,
}

impl Life {
    /// A project that was created just now.
    pub fn created() -> Self {
        let mut row = record::running();
        (row.project.status, row.project.observed_generation) = (ProjectStatus::Provisioning, 0);
        (row.project.upstream, row.project.schema_version) = (None, None);
        let mut life = Self {
            row: Some(row),
            world: World::default(),
            operations: Vec::new(),
            revisions: Vec::new(),
            reached: Observed::Unknown,
            plan: None,
            job: None,
            struck: None,
            begun: Vec::new(),
        };
        life.open(Actor::Host, false);
        life
    }

    /// The next thing that the engine does: a step of its plan, or a look and the plan that follows from it.
    pub fn tick(&mut self, how: How) {
        match self.plan.take() {
            Some(work) => self.go_on(work, how),
            None => self.converge(),
        }
    }

    /// The control plane ends; the next one knows nothing.
    pub fn crash(&mut self) {
        (self.plan, self.reached) = (None, Observed::Unknown);
    }

    /// Whether the engine has nothing left to do.
    pub fn is_quiet(&self) -> bool {
        let due = self.row.as_ref().is_some_and(is_due);
        !due && self.plan.is_none() && self.open_operation().is_none() && self.planned().is_empty()
    }

    /// The steps that a look would lead to now. There are some exactly when something differs.
    pub fn planned(&self) -> Vec<PlannedStep> {
        let Some(row) = &self.row else { return Vec::new() };
        let target = ReconcileTarget::of(row.clone());
        if rests(&target) { Vec::new() } else { self.steps(&target).1 }
    }

    fn steps(&self, target: &ReconcileTarget) -> (Vec<Difference>, Vec<PlannedStep>) {
        let seen = self.observe(&target.record, target.due);
        let digest = digest(&target.record, &record::settings(), "postgres");
        let wanted = PlanInput {
            record: &target.record,
            digest: digest.as_deref(),
            due: target.due,
            driver: FakeDriver::TRAITS,
        };
        let (differences, steps) = (differences_of(&wanted, &seen), plan(&wanted, &seen));
        assert_eq!(steps.is_empty(), differences.is_empty(), "{differences:?}, {steps:?}");
        (differences, steps)
    }

    fn observe(&self, record: &ProjectRecord, due: bool) -> ObservationFacts {
        let world = &self.world;
        let running = world.instance.as_ref().filter(|instance| instance.is_running());
        let routed = running.filter(|instance| {
            world.route.as_ref().is_some_and(|route| route.upstream.as_deref() == Some(&instance.address))
        });
        let reached = match (&self.reached, routed) {
            (Observed::Present(reached), _) => Observed::Present(reached.clone()),
            (_, Some(instance)) if !due => Observed::Present(reach(record, &instance.address)),
            (known, _) => known.clone(),
        };
        ObservationFacts {
            instance: world.instance.clone().into(),
            ready: running.map(|_| release()).into(),
            database: world.database.then(DatabaseSeen::default).into(),
            schema: world.schema.clone().into(),
            route: world.route.clone().into(),
            reached,
            ..ObservationFacts::default()
        }
    }

    fn converge(&mut self) {
        let Some(row) = self.row.clone() else { return self.gone() };
        let target = ReconcileTarget::of(row);
        let goal = goal(&target.record);
        if matches!(goal, Goal::Hold(_)) {
            return;
        }
        if rests(&target) {
            let operation = self.open_operation();
            return self.end(operation, OperationStatus::Cancelled);
        }
        let (_, steps) = self.steps(&target);
        if steps.is_empty() {
            return self.rest_in_peace(&target, goal);
        }
        let operation = match self.open_operation() {
            Some(operation) => operation,
            None => self.open(if target.due { Actor::Registry } else { Actor::Reconciler }, false),
        };
        self.operations[operation].status = OperationStatus::Running;
        let steps: Vec<Step> = steps.into_iter().map(|planned| planned.step).collect();
        let target = self.leave_rest(target, &steps);
        self.plan = Some(Work { operation, target, steps, started: false });
    }

    fn leave_rest(&mut self, mut target: ReconcileTarget, steps: &[Step]) -> ReconcileTarget {
        let (project, starts) = (&target.record.project, steps.contains(&Step::EnsureInstance));
        let leaves = match project.status {
            ProjectStatus::Provisioning => false,
            ProjectStatus::Running => target.due && starts,
            ProjectStatus::Failed => target.due && !target.returned,
            ProjectStatus::Stopped => true,
        };
        if leaves && project.desired_state == DesiredState::Running {
            target.record.project.status = ProjectStatus::Provisioning;
            self.write(|row| row.project.status = ProjectStatus::Provisioning);
        }
        target
    }

    fn rest_in_peace(&mut self, target: &ReconcileTarget, goal: Goal) {
        let operation = self.open_operation();
        let asked = operation.is_some_and(|it| self.operations[it].actor != Actor::Reconciler);
        match goal {
            Goal::Maintain(_) if asked => return,
            Goal::Maintain(_) => {}
            _ if target.returned => {}
            _ => self.settle(target),
        }
        self.end(operation, OperationStatus::Succeeded);
    }

    /// The lifecycle moves on; what runs now is proved.
    fn settle(&mut self, target: &ReconcileTarget) {
        let revisions = self.revisions.clone();
        self.write(|row| {
            let running = row.project.desired_state == DesiredState::Running;
            row.project.status = if running { ProjectStatus::Running } else { ProjectStatus::Stopped };
            row.project.observed_generation =
                row.project.observed_generation.max(target.record.project.generation);
            row.project.problem = None;
            if running {
                row.project.schema_version = Some(row.project.schema_ref.commit().clone());
                row.running = row.wanted_revision.and_then(|number| {
                    let content = revisions.get(usize::try_from(number).ok()? - 1)?.clone();
                    Some(Revision { number, content })
                });
            }
        });
    }

    fn gone(&mut self) {
        let operation = self.open_operation();
        let done = operation.is_some_and(|it| self.operations[it].deletes);
        self.end(operation, if done { OperationStatus::Succeeded } else { OperationStatus::Cancelled });
    }

    fn write(&mut self, write: impl FnOnce(&mut ProjectRecord)) {
        if let Some(row) = &mut self.row {
            write(row);
        }
    }
}

/// A project that failed and has nothing to return to is left alone until something is asked for.
fn rests(target: &ReconcileTarget) -> bool {
    let failed = target.record.project.status == ProjectStatus::Failed;
    failed && !target.due && !target.returned && goal(&target.record) == Goal::Run
}

/// What is known after a request came through to this address.
fn reach(record: &ProjectRecord, address: &str) -> ReachSeen {
    ReachSeen { address: address.to_owned(), hosts: record.project.hosts().cloned().collect() }
}
