//! What is asked for, by a command or by SQL, and what jobs do to a row.

use model::{Actor, DesiredState, EnvName, EnvValue, OperationStatus};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Life, Operation, REFUSED};

/// A change of the row.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    Mark(u8),
    Refused(u8),
    Rename(u8),
    Restart,
    Runs(bool),
    Delete,
}

impl Life {
    /// A command: refused while the project is being deleted or a job is alone; supersedes what is open.
    pub fn command(&mut self, change: Change) {
        let refuses = |row: &control_plane::registry::ProjectRecord| {
            row.delete_requested_at.is_some() || row.exclusive_job.is_some()
        };
        if self.row.as_ref().is_none_or(refuses) {
            return;
        }
        self.change(change);
        self.open(Actor::Host, matches!(change, Change::Delete));
    }

    /// An edit by SQL: nothing is refused, nothing is opened. A delete and a restart are no edits.
    pub fn edit_by_sql(&mut self, change: Change) {
        if !matches!(change, Change::Delete | Change::Restart) {
            self.change(change);
        }
    }

    fn change(&mut self, change: Change) {
        let text = |name: &str, text: String| (name.parse::<EnvName>().unwrap(), EnvValue::Text(text));
        self.write(|row| {
            row.project.generation += 1;
            let project = &mut row.project;
            match change {
                Change::Mark(mark) => project.env = [text("MARK", mark.to_string())].into(),
                Change::Refused(mark) => {
                    project.env = [text("MARK", mark.to_string()), text(REFUSED, "yes".into())].into();
                }
                Change::Rename(number) => {
                    let name = format!("shop-{number}.example.test").parse().unwrap();
                    row.former_hostnames.retain(|former| *former != name);
                    let former =
                        project.hostname.replace(name).filter(|it| Some(it) != project.hostname.as_ref());
                    row.former_hostnames.extend(former);
                    row.former_hostnames.sort();
                    row.former_hostnames.dedup();
                }
                Change::Restart => {
                    (row.restarts, project.desired_state) = (row.restarts + 1, DesiredState::Running);
                }
                Change::Runs(true) => project.desired_state = DesiredState::Running,
                Change::Runs(false) => project.desired_state = DesiredState::Stopped,
                Change::Delete => {
                    project.desired_state = DesiredState::Stopped;
                    row.delete_requested_at = Some(OffsetDateTime::UNIX_EPOCH);
                }
            }
        });
    }

    /// Opens an operation of the plan; others are superseded.
    pub(super) fn open(&mut self, actor: Actor, deletes: bool) -> usize {
        let open = self.open_operation();
        self.end(open, OperationStatus::Superseded);
        let status = OperationStatus::Waiting;
        self.operations.push(Operation { actor, deletes, status, is_job: false });
        self.operations.len() - 1
    }

    pub(super) fn open_operation(&self) -> Option<usize> {
        self.operations.iter().rposition(|it| !it.is_job && !it.status.is_over())
    }

    /// Ends an operation that is open; one that is over stays as it is.
    pub(super) fn end(&mut self, operation: Option<usize>, status: OperationStatus) {
        let operation = operation.and_then(|index| self.operations.get_mut(index));
        if let Some(operation) = operation.filter(|operation| !operation.status.is_over()) {
            operation.status = status;
        }
    }

    /// An exclusive job takes the project, once the plan has ended its step.
    pub fn job_begins(&mut self, maintenance: bool) {
        let Some(row) = &mut self.row else { return };
        if row.exclusive_job.is_some() || row.delete_requested_at.is_some() {
            return;
        }
        let id = Uuid::from_u128(1 + self.operations.len() as u128);
        (row.exclusive_job, row.maintenance) = (Some(id.into()), maintenance);
        let status = OperationStatus::Running;
        self.operations.push(Operation { actor: Actor::Host, deletes: false, status, is_job: true });
        self.job = Some(self.operations.len() - 1);
        self.plan = None;
    }

    /// It ends, with its mark.
    pub fn job_ends(&mut self) {
        let Some(job) = self.job.take() else { return };
        assert!(!self.operations[job].status.is_over(), "a job ends once");
        self.end(Some(job), OperationStatus::Succeeded);
        self.write(|row| (row.exclusive_job, row.maintenance) = (None, false));
    }
}
