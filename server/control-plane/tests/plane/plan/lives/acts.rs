//! What each step does to row and world, whole or by half.

use control_plane::gateway::routes;
use control_plane::goal::goal;
use control_plane::ports::gateway::RouteTarget;
use control_plane::provisioner::instance::digest;
use control_plane::provisioner::names;
use control_plane::registry::ProjectRecord;
use control_plane::target::ReconcileTarget;
use model::state::RouteSeen;
use model::{InstanceSeen, Observed, OperationStatus, ProjectStatus, Step};

use super::super::simulator::{exit, instance};
use super::{How, Life, REFUSED, Stumble, Work, reach};
use crate::support::record;

impl Life {
    pub(super) fn go_on(&mut self, mut work: Work, how: How) {
        if work.steps.is_empty() {
            return; // another look
        }
        let step = work.steps.remove(0);
        self.begun.push(work.operation);
        match how {
            How::Fails => {
                let operation = &mut self.operations[work.operation];
                if !operation.status.is_over() {
                    operation.status = OperationStatus::Waiting;
                }
                return;
            }
            How::Half => {
                self.half(step, &mut work.target.record);
                return self.crash();
            }
            How::Whole => {}
        }
        match self.step(step, &mut work) {
            Ok(()) if self.reload(&mut work) => self.plan = Some(work),
            Ok(()) | Err(Stumble::Replan) => {}
            Err(Stumble::Refused) => self.fail(&work),
        }
    }

    /// Reads the row again; whether the plan still counts.
    fn reload(&self, work: &mut Work) -> bool {
        let Some(row) = self.row.clone() else { return false };
        let now = ReconcileTarget::of(row).record;
        let planned = std::mem::replace(&mut work.target.record, now);
        let now = &work.target.record;
        (now.project.generation, now.exclusive_job, now.maintenance)
            == (planned.project.generation, planned.exclusive_job, planned.maintenance)
    }

    fn step(&mut self, step: Step, work: &mut Work) -> Result<(), Stumble> {
        let record = &mut work.target.record;
        match step {
            Step::EnsureInstance => {
                work.started = true;
                self.half(step, record);
                self.start(record);
            }
            Step::AwaitReady => self.runs(work.started).map(drop)?,
            Step::VerifyRoute => {
                let address = self.runs(work.started)?.address;
                let upstream = self.world.route.as_ref().and_then(|route| route.upstream.clone());
                assert_eq!(upstream.as_ref(), Some(&address), "no request would come through");
                self.reached = Observed::Present(reach(record, &address));
            }
            Step::PointRoute | Step::SyncRoute | Step::RetireRoute => {
                self.half(step, record);
                self.publish();
            }
            Step::KeepDatabase => self.row = None,
            atomic => self.half(atomic, record),
        }
        Ok(())
    }

    /// What has happened when a step is interrupted: what it writes down before its effect, or its effect without a report.
    fn half(&mut self, step: Step, record: &mut ProjectRecord) {
        match step {
            Step::EnsureSecrets => {
                let versions = [names::DATABASE_URL, names::JWT_SECRET].map(|name| (name.to_owned(), 1));
                self.write(|row| row.secrets.extend(versions));
            }
            Step::EnsureDatabase => self.world.database = true,
            Step::MaterializeSchema => self.world.schema = Some(record.project.schema_ref.commit().clone()),
            Step::PointRoute => {
                let here = record.address().to_string();
                if self.world.instance.as_ref().is_some_and(|instance| instance.address == here) {
                    record.slot = 1 - record.slot;
                }
                self.report_upstream(record.address().to_string(), record.slot);
            }
            Step::SyncRoute if !goal(record).is_maintained() => {
                let seen = self.world.instance.as_ref().map(|instance| instance.address.clone());
                self.report_upstream(seen.unwrap_or_else(|| record.address().to_string()), record.slot);
            }
            Step::EnsureInstance => self.note_revision(record),
            Step::StopInstance => self.end_instance(),
            Step::RemoveInstance => self.world.instance = None,
            Step::RetireRoute => self.write(|row| row.former_hostnames.clear()),
            Step::SyncRoute | Step::AwaitReady | Step::VerifyRoute | Step::KeepDatabase => {}
            other => panic!("{other} is not planned here"),
        }
    }

    fn report_upstream(&mut self, upstream: String, slot: u8) {
        self.write(|row| (row.project.upstream, row.slot) = (Some(upstream), slot));
    }

    /// Equal content keeps its number.
    fn note_revision(&mut self, record: &ProjectRecord) {
        let content = record.content();
        let known = self.revisions.iter().rposition(|known| *known == content);
        let index = known.unwrap_or_else(|| {
            self.revisions.push(content);
            self.revisions.len() - 1
        });
        let (number, slot) = (i32::try_from(index + 1).unwrap(), record.slot);
        self.write(|row| (row.wanted_revision, row.slot) = (Some(number), slot));
    }

    fn start(&mut self, record: &ProjectRecord) {
        let digest = digest(record, &record::settings(), "postgres").expect("its secrets are there");
        let running = self.world.instance.as_ref().filter(|instance| instance.is_running());
        match running {
            Some(same) if same.digest == digest => return,
            Some(other) => panic!("two would run on one database: {other:?}"),
            None => {}
        }
        let mut started = instance(&digest, &record.address().to_string());
        started.exit = record.project.env.keys().any(|name| name.as_str() == REFUSED).then(exit);
        (self.world.instance, self.world.content) = (Some(started), Some(record.content()));
        self.reached = Observed::Unknown;
    }

    /// The instance dies by itself.
    pub fn strike(&mut self) {
        if self.plan.as_ref().is_some_and(|work| work.started) {
            self.struck = self.row.as_ref().map(|row| row.project.generation);
        }
        self.end_instance();
    }

    fn end_instance(&mut self) {
        if let Some(instance) = &mut self.world.instance {
            instance.exit = Some(exit());
        }
    }

    /// The running instance. The end of one that this plan started is a refusal.
    fn runs(&self, started: bool) -> Result<InstanceSeen, Stumble> {
        match self.world.instance.clone() {
            Some(instance) if instance.is_running() => Ok(instance),
            _ if started => Err(Stumble::Refused),
            _ => Err(Stumble::Replan),
        }
    }

    fn publish(&mut self) {
        let route = self.row.as_ref().and_then(|row| routes::route(row, &record::settings()));
        let seen = route.map(|route| RouteSeen {
            hosts: route.hostname.iter().chain(&route.aliases).cloned().collect(),
            upstream: match route.target {
                RouteTarget::Upstream(address) => Some(address.to_string()),
                RouteTarget::Maintenance => None,
            },
            edge: Some(route.edge),
        });
        if seen != self.world.route {
            self.reached = Observed::Unknown;
        }
        self.world.route = seen;
    }

    fn fail(&mut self, work: &Work) {
        let generation = work.target.record.project.generation;
        self.write(|row| {
            row.project.status = ProjectStatus::Failed;
            row.project.observed_generation = row.project.observed_generation.max(generation);
        });
        self.end(Some(work.operation), OperationStatus::Failed);
    }
}
