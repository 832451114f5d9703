//! What the database servers report of themselves.

use model::{Finding, Weight};

use crate::ports::postgres_host::{DatabaseHost, PostgresInfo};
use crate::{Inner, Result};

/// What a server last reported of itself. One that has not answered since the start is asked now.
pub(crate) async fn of(inner: &Inner, host: &DatabaseHost) -> Result<PostgresInfo> {
    if let Some(look) = inner.observations.server(&host.name) {
        return Ok(look.info);
    }
    let info = host.host.probe().await?;
    note(inner, host, &info);
    Ok(info)
}

/// Keeps what a server reported of itself. Rights that our role lacks are logged when they are others than before.
pub(crate) fn note(inner: &Inner, host: &DatabaseHost, info: &PostgresInfo) {
    if !inner.observations.set_server(&host.name, info.clone()) {
        return;
    }
    for Finding { weight, text, sql } in &info.findings {
        let sql = sql.as_deref().unwrap_or_default();
        if *weight == Weight::Missing {
            tracing::warn!(server = %host.name, sql, "the database server {}: {text}", host.name);
        } else {
            tracing::info!(server = %host.name, sql, "the database server {}: {text}", host.name);
        }
    }
}
