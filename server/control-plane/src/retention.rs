//! The daily end of what nothing needs any more: rows of the registry, and copies of repositories.

use std::time::Duration;

use crate::{Inner, Result};

/// How often it runs.
pub(crate) const PERIOD: Duration = Duration::from_secs(24 * 3600);
/// How long one run may take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(600);
/// How long a copy of a repository stays that neither a repository nor a project names.
const UNNAMED: Duration = Duration::from_secs(30 * 24 * 3600);

/// Removes what is past its retention.
pub(crate) async fn run(inner: &Inner) -> Result<()> {
    let removed = inner.registry.remove_past_retention().await?;
    inner.registry.reports(inner.term).prune_deliveries().await?;
    inner.registry.reports(inner.term).prune_alerts().await?;
    let registered = inner.registry.repositories().await?.into_iter().map(|repository| repository.url);
    let (records, unreadable) = inner.registry.projects().await?;
    let mut copies = 0;
    // a row that cannot be read may name any repository
    if unreadable.is_empty() {
        let named = records.into_iter().filter_map(|record| record.project.schema_ref.repo().cloned());
        let keep: Vec<_> = registered.chain(named).collect();
        copies = inner.ports.schemas.prune(&keep, UNNAMED).await?;
    }
    tracing::info!(?removed, copies, "removed what is past its retention");
    Ok(())
}
