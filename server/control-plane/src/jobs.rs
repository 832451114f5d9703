//! Jobs: pieces of long work that run beside reconciliation.
//!
//! A job is a row of `operations` in lane `job`: a kind, a typed input, steps, progress. A command opens it inside its change.
//! The runner of the control plane that holds the engine lock takes it, writes a heartbeat every 2 s, and ends it. Edits and
//! sweeps do not supersede a job. An exclusive job is recorded in the project's row (`exclusive_job`) from before its first
//! effect to its end; commands that would touch instance or database meanwhile are rejected with the id of the job.
//!
//! A job outlives its control plane. One that was interrupted is begun again at its first step that is not done, or ended as
//! failed, as its kind declares; programs that it had started are ended first. `docs/jobs.md` has the check-list for a new
//! kind.

mod attempt;
mod context;
mod exclusive;
mod kind;
mod maintenance;
pub(crate) mod on_host;
mod programs;
mod runner;

use async_trait::async_trait;
use model::{DatabaseServerName, Operation, OperationKind, PlannedStep, ProjectId, Step};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;

use crate::Result;
use crate::registry::{Change, IdempotencyKey, NewJob};

pub use crate::registry::Exclusive;
pub use context::JobContext;
pub(crate) use exclusive::refuse_while_exclusive;
pub(crate) use kind::JobKind;
pub use programs::Program;
pub(crate) use runner::run;

/// What happens to a job whose control plane ended while it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// It continues at its first step that is not done. Every step can be repeated.
    Resume,
    /// It ends as failed, with a problem that says so.
    Fail,
}

/// A kind of job.
#[async_trait]
pub trait Job: Send + Sync + 'static {
    /// The kind in the registry, of lane `job`.
    const KIND: OperationKind;
    /// How many of this kind run at once.
    const AT_ONCE: usize = 2;
    /// The input of a job of this kind. It is stored in the registry and never contains a secret.
    type Input: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// All of its steps, in order. A step may occur several times.
    fn steps(input: &Self::Input) -> Vec<Step>;

    /// What happens to it if its control plane ends meanwhile.
    fn resume(input: &Self::Input) -> Resume;

    /// Whether other commands on its project wait for it.
    fn exclusive(_input: &Self::Input) -> Exclusive {
        Exclusive::No
    }

    /// The database server whose connections it uses; two jobs use those of one server at a time.
    fn database_server(_input: &Self::Input) -> Option<DatabaseServerName> {
        None
    }

    /// Runs it. Long acts check [`JobContext::interrupted`] and return early; 10 s later the future is dropped.
    async fn run(&self, job: &JobContext<Self::Input>) -> Result<()>;
}

/// A request for a job: its subject and its input.
#[derive(Debug, Clone)]
pub struct Request<'a, I> {
    /// The project; `None` for the fleet.
    pub project: Option<&'a ProjectId>,
    /// The input.
    pub input: &'a I,
    /// The idempotency key of the request.
    pub key: Option<&'a IdempotencyKey>,
}

/// Opens a job inside a change, which the caller commits. Refused while its project is being deleted or carries an exclusive
/// job; an exclusive one also while any other is open on its project, and where there is no such project.
pub async fn open<J: Job>(change: &mut Change, request: &Request<'_, J::Input>) -> Result<Operation> {
    let Request { project, input, key } = *request;
    let exclusive = J::exclusive(input);
    exclusive::admit(change, project, exclusive).await?;
    let steps: Vec<PlannedStep> = J::steps(input).into_iter().map(PlannedStep::from).collect();
    let server = J::database_server(input);
    let new = NewJob {
        project,
        kind: J::KIND,
        input: serde_json::json!(input),
        steps: &steps,
        exclusive,
        database_server: server.as_ref(),
        idempotency_key: key,
    };
    Ok(change.open_job(&new).await?)
}

/// Wakes the runner.
#[derive(Default)]
pub(crate) struct RunnerWake(Notify);

impl RunnerWake {
    /// Signals that there may be a job to take or to end.
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }

    async fn woken(&self) {
        self.0.notified().await;
    }
}
