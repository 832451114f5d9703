//! Reports of the database servers about themselves.

use model::{MissingGrant, Weight};

use crate::ports::postgres_host::{DatabaseHost, PostgresInfo};
use crate::{Inner, Result};

/// The last report of a server. Probes a server that has not answered since the start.
pub(crate) async fn of(inner: &Inner, host: &DatabaseHost) -> Result<PostgresInfo> {
    if let Some(report) = inner.observations.server(&host.name) {
        return Ok(report.info);
    }
    let info = host.host.probe().await?;
    note(inner, host, &info);
    Ok(info)
}

/// Stores the report of a server. Logs the grants that our role lacks if they differ from the last report.
pub(crate) fn note(inner: &Inner, host: &DatabaseHost, info: &PostgresInfo) {
    if !inner.observations.set_server(&host.name, info.clone()) {
        return;
    }
    for MissingGrant { weight, text, sql } in &info.missing_grants {
        let sql = sql.as_deref().unwrap_or_default();
        if *weight == Weight::Missing {
            tracing::warn!(server = %host.name, sql, "the database server {}: {text}", host.name);
        } else {
            tracing::info!(server = %host.name, sql, "the database server {}: {text}", host.name);
        }
    }
}
