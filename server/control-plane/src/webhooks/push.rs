//! The task that handles deliveries: reads the repository and proposes what is new to its projects.

use std::collections::BTreeMap;
use std::time::Duration;

use model::RepositoryId;

use crate::registry::DueDelivery;
use crate::{Inner, Result, deploys};

/// How often it looks for deliveries.
pub(crate) const PERIOD: Duration = Duration::from_secs(2);
/// How long one run may take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(180);
/// Deliveries of one run; those of one repository are handled together.
const BATCH: i64 = 100;
/// How long a repository may take. One that takes longer is tried again later.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Handles the deliveries that are due, one repository after the other.
pub(crate) async fn run(inner: &Inner) -> Result<()> {
    let mut repositories: BTreeMap<RepositoryId, Vec<DueDelivery>> = BTreeMap::new();
    for due in inner.registry.due_deliveries(BATCH).await? {
        repositories.entry(due.repository).or_default().push(due);
    }
    for (id, due) in repositories {
        let reports = inner.registry.reports(inner.term);
        let digests: Vec<String> = due.iter().map(|delivery| delivery.digest.clone()).collect();
        let reading = Box::pin(propose(inner, id, &due));
        match tokio::time::timeout(TIMEOUT, reading).await {
            Ok(Ok(())) => reports.deliveries_handled(id, &digests).await?,
            Ok(Err(error)) => {
                let problem = error.problem();
                reports.deliveries_failed(id, &digests, &problem.detail).await?;
            }
            Err(_) => {
                let reason = format!("The repository did not answer within {} s.", TIMEOUT.as_secs());
                reports.deliveries_failed(id, &digests, &reason).await?;
            }
        }
    }
    deploys::proposals::refresh(inner).await
}

async fn propose(inner: &Inner, id: RepositoryId, due: &[DueDelivery]) -> Result<()> {
    let Some(repository) = inner.registry.repository(id).await? else { return Ok(()) };
    deploys::proposals::propose(inner, &repository, due).await
}
