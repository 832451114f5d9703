//! The job that removes an orphan.

use async_trait::async_trait;
use model::{Hint, InstanceKey, OperationKind, Problem, ProblemKind, ProjectId, Step};
use serde::{Deserialize, Serialize};

use super::no_orphan;
use crate::jobs::{Job, JobContext, Resume};
use crate::{Inner, Result};

/// The job. Its subject is the id of the project that is gone.
pub(crate) struct OrphanRemoval;

/// Everything is said by the subject.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RemovalInput {}

#[async_trait]
impl Job for OrphanRemoval {
    const KIND: OperationKind = OperationKind::OrphanRemove;
    const AT_ONCE: usize = 4;
    type Input = RemovalInput;

    fn steps(_input: &RemovalInput) -> Vec<Step> {
        vec![Step::RetireRoute, Step::StopInstance, Step::RemoveInstance]
    }

    fn resume(_input: &RemovalInput) -> Resume {
        Resume::Resume
    }

    async fn run(&self, job: &JobContext<RemovalInput>) -> Result<()> {
        let id = job.operation().project_id.clone().ok_or_else(without_subject)?;
        let (inner, driver) = (&job.inner, &job.ports().driver);
        if inner.registry.has_project(&id).await? {
            return Err(no_orphan(&id).into()); // its row came back by SQL
        }
        job.step(1, end_route(inner, &id)).await?;
        let key = InstanceKey::main(id.clone());
        job.step(2, async {
            driver.ensure_stopped(&key, inner.settings.grace).await?;
            Ok(None)
        })
        .await?;
        job.step(3, async {
            driver.remove(&key).await?;
            inner.orphans.forget(&id);
            Ok(Some("media, schema folder, database and secrets stay".into()))
        })
        .await?;
        inner.live.send(Hint::Fleet);
        Ok(())
    }
}

/// Without this, a route of a project that has no row is left as it is.
async fn end_route(inner: &Inner, id: &ProjectId) -> Result<Option<String>> {
    inner.orphans.removed().insert(id.clone());
    let published = inner.publisher.publish(id).await;
    inner.orphans.removed().remove(id);
    published?;
    Ok(Some("its hostnames are no longer routed".into()))
}

fn without_subject() -> Problem {
    let detail = "Nothing was changed. The job names no project.";
    Problem::new(ProblemKind::Internal, "The job cannot be read", detail)
}
