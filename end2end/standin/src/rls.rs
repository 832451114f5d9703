//! Row-level security: one policy per model table, bound to the tenant of the request.
//!
//! Up to 0.7.0 a role that bypasses row security boots and isolates nothing, and a table whose statements fail is skipped with a
//! WARN. The control plane has to look from outside; so the stand-in keeps both.

use sqlx::{PgConnection, PgPool};
use thiserror::Error;

use crate::schema::Schema;

/// Why row security stops the boot.
#[derive(Debug, Error)]
pub enum RlsError {
    /// The fail-closed check that came after 0.7.0.
    #[error("row-level security is enabled but role {0} bypasses it (superuser or BYPASSRLS)")]
    BypassRole(String),
    /// The role could not be looked up.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Puts the policy on every registered model; a failure is a WARN.
pub async fn enable(pool: &PgPool, schema: &Schema) {
    for model in schema.registered() {
        if let Err(error) = sqlx::raw_sql(&policy(&model.table)).execute(pool).await {
            tracing::warn!(table = %model.table, %error, "Row-level security could not be enabled, table skipped");
        }
    }
}

/// Refuses a role that no policy applies to.
pub async fn refuse_bypass_role(pool: &PgPool) -> Result<(), RlsError> {
    let role: Option<String> = sqlx::query_scalar(
        "select rolname::text from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)",
    )
    .fetch_optional(pool)
    .await?;
    role.map_or(Ok(()), |role| Err(RlsError::BypassRole(role)))
}

/// Binds the tenant for the rest of a transaction; unbound, rows of no tenant are seen only.
pub async fn bind_tenant(connection: &mut PgConnection, tenant: Option<&str>) -> Result<(), sqlx::Error> {
    if let Some(tenant) = tenant {
        sqlx::query("select set_config('atomo.tenant_id', $1, true)")
            .bind(tenant)
            .execute(connection)
            .await?;
    }
    Ok(())
}

fn policy(table: &str) -> String {
    let rule = "tenant_id IS NULL OR tenant_id = current_setting('atomo.tenant_id', true)";
    format!(
        "SET LOCAL client_min_messages = warning;
         ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
         ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
         DROP POLICY IF EXISTS atomo_tenant_isolation ON {table};
         CREATE POLICY atomo_tenant_isolation ON {table} USING ({rule}) WITH CHECK ({rule});"
    )
}
