//! The tables that every project has beside its models, with the original's names and columns.
//!
//! The event tables come before the schema's migration, the others after it: a model mapped to `users` therefore wins over the
//! platform's own table and breaks log-in, as it does with the original.

use sqlx::PgPool;

const EVENT_TABLES: &str = include_str!("platform_tables/events.sql");
const OTHER_TABLES: &str = include_str!("platform_tables/platform.sql");

/// `event_log` and `model_history_coverage`.
pub async fn ensure_event_tables(pool: &PgPool) -> Result<(), sqlx::Error> {
    run(pool, EVENT_TABLES).await
}

/// Users, sessions, audit, jobs, media and worker tokens.
pub async fn ensure_others(pool: &PgPool) -> Result<(), sqlx::Error> {
    run(pool, OTHER_TABLES).await
}

async fn run(pool: &PgPool, script: &str) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query("set local client_min_messages = warning").execute(&mut *transaction).await?;
    sqlx::raw_sql(script).execute(&mut *transaction).await?;
    transaction.commit().await
}
