//! Instances and routes whose project has no row.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Exit, Hostname, Operation, OperationId, OperationStatus, ProjectId, Step, StepStatus};

/// An instance or a route of this fleet whose project has no row: what a row that was removed by SQL, or a registry that was
/// restored from a backup, leaves behind. It is removed when an operator says so, never by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Orphan {
    /// The id of its former project.
    pub id: ProjectId,
    /// Its instance; absent where only a route is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<OrphanInstance>,
    /// The names that the gateway still routes to it; empty where it has no route.
    pub hosts: Vec<Hostname>,
    /// Its removal, while that is under way; absent: an operator may remove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<Removal>,
}

/// The open job that removes an orphan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Removal {
    /// The job. It is followed and cancelled as an operation.
    pub operation: OperationId,
    /// `waiting` or `running`.
    pub status: OperationStatus,
    /// Whether an operator asked for it to end early.
    pub cancel_requested: bool,
    /// The step that is being worked on, or is next; absent after the last one.
    pub step: Option<Step>,
    /// How many of its steps are done.
    pub steps_done: u32,
    /// How many steps it has.
    pub steps: u32,
    /// What it waits for, in a few words; absent where nothing is in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl From<&Operation> for Removal {
    fn from(job: &Operation) -> Self {
        let count = |steps: usize| u32::try_from(steps).unwrap_or(u32::MAX);
        let done = job.steps.iter().filter(|step| step.status == StepStatus::Done).count();
        Self {
            operation: job.id,
            status: job.status,
            cancel_requested: job.cancel_requested,
            step: job.current().map(|record| record.step),
            steps_done: count(done),
            steps: count(job.steps.len()),
            problem: job.problem.as_ref().map(|problem| problem.title.clone()),
        }
    }
}

impl Removal {
    /// How far it is, as text: `1 of 3 steps done, now: Stop the instance`.
    pub fn text(&self) -> String {
        let mut text = format!("{} of {} steps done", self.steps_done, self.steps);
        if let Some(step) = self.step {
            let when = if self.status == OperationStatus::Running { "now" } else { "next" };
            text = format!("{text}, {when}: {}", step.title());
        }
        if let Some(problem) = &self.problem {
            text = format!("{text}. Waiting: {problem}");
        }
        if self.cancel_requested { format!("{text}. Cancel requested") } else { text }
    }
}

/// The instance of an orphan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrphanInstance {
    /// The release that it runs: the image, or the path of the program.
    pub release: String,
    /// The address at which it listens: `host:port`.
    pub address: String,
    /// When it was started.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// How it ended; absent while it runs.
    pub exit: Option<Exit>,
}

impl Orphan {
    /// Whether it runs, or how it ended, as text.
    pub fn state(&self) -> String {
        let Some(instance) = &self.instance else { return "only a route".to_owned() };
        let Some(exit) = &instance.exit else { return "runs".to_owned() };
        match exit {
            Exit { out_of_memory: Some(memory), .. } => {
                format!("ended at its limit of memory, {}", memory.limit)
            }
            Exit { code: Some(code), .. } => format!("exited with code {code}"),
            Exit { signal: Some(signal), .. } => format!("ended by signal {signal}"),
            Exit { .. } => "ended".to_owned(),
        }
    }
}
