//! The identity of databases, recorded when they are first seen: of projects and retained databases from before it was recorded,
//! and of those whose recorded identity was removed by an operator.

use crate::registry::SeenDatabase;
use crate::{Inner, Result, snapshot};

/// Records what the last look at the database servers saw. Does nothing for a database whose identity is recorded.
pub(super) async fn record(inner: &Inner) -> Result<()> {
    let rows = snapshot::rows(inner).await?;
    let projects = rows.projects().filter(|record| record.database_oid.is_none());
    let of_projects = projects.map(|record| (&record.project.id, &record.project.database_server));
    let retained = inner.registry.retained_databases().await?;
    let of_retained =
        retained.iter().filter(|row| row.oid.is_none()).map(|row| (&row.project_id, &row.database_server));
    let seen = of_projects.chain(of_retained).filter_map(|(project, server)| {
        let oid = inner.observations.database(project, server).present()?.facts.oid?;
        Some(SeenDatabase { project: project.clone(), server: server.clone(), oid })
    });
    let seen: Vec<SeenDatabase> = seen.collect();
    if !seen.is_empty() {
        inner.registry.reports(inner.term).databases_seen(&seen).await?;
    }
    Ok(())
}
