//! A kind of job, whatever its input is.

use std::sync::Arc;

use futures::future::BoxFuture;
use model::{OperationKind, Problem, ProblemKind};
use serde_json::Value;

use super::context::{JobContext, Signals};
use super::{Job, Resume};
use crate::registry::JobClaim;
use crate::{Inner, Result};

/// A kind that the runner knows.
pub(crate) struct JobKind(pub(super) Box<dyn AnyJob>);

impl JobKind {
    /// The kind of this job.
    pub(crate) fn of(job: impl Job) -> Self {
        Self(Box::new(job))
    }
}

/// A kind, whatever its input is.
pub(super) trait AnyJob: Send + Sync {
    /// The kind in the registry.
    fn kind(&self) -> OperationKind;

    /// How many run at once.
    fn at_once(&self) -> usize;

    /// What becomes of one that was interrupted.
    fn resume(&self, input: &Value) -> Result<Resume>;

    /// Does it.
    fn run<'a>(
        &'a self,
        inner: &Arc<Inner>,
        taken: &JobClaim,
        signals: &Arc<Signals>,
    ) -> BoxFuture<'a, Result<()>>;
}

impl<J: Job> AnyJob for J {
    fn kind(&self) -> OperationKind {
        J::KIND
    }

    fn at_once(&self) -> usize {
        J::AT_ONCE
    }

    fn resume(&self, input: &Value) -> Result<Resume> {
        Ok(<J as Job>::resume(&read::<J>(input)?))
    }

    fn run<'a>(
        &'a self,
        inner: &Arc<Inner>,
        taken: &JobClaim,
        signals: &Arc<Signals>,
    ) -> BoxFuture<'a, Result<()>> {
        let input = read::<J>(&taken.input);
        let (inner, operation, signals) = (Arc::clone(inner), taken.operation.clone(), Arc::clone(signals));
        Box::pin(async move {
            let context = JobContext::new(inner, operation, input?, signals);
            Job::run(self, &context).await
        })
    }
}

fn read<J: Job>(input: &Value) -> Result<J::Input> {
    serde_json::from_value(input.clone()).map_err(|error| {
        tracing::error!(kind = %J::KIND, %error, "the input of a job cannot be read");
        let detail = "Its input in the registry cannot be read by this program. Ask for it again.";
        Problem::new(ProblemKind::Internal, "The job cannot be read", detail).into()
    })
}
