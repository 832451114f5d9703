//! Rows of the models: enough to write one and to list them.
//!
//! A write and its `event_log` row are one transaction, so neither exists without the other.

use serde_json::{Map, Value};
use sqlx::{PgConnection, PgPool};
use thiserror::Error;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use crate::{
    rls,
    schema::{Model, snake_case},
};

/// Why a row was not written or read.
#[derive(Debug, Error)]
pub enum RecordError {
    /// A key of the data that is no field of the model.
    #[error("Unknown field '{field}' on model '{model}'")]
    UnknownField {
        /// The model.
        model: String,
        /// The key.
        field: String,
    },
    /// The database refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The time has no RFC 3339 form.
    #[error(transparent)]
    Time(#[from] time::error::Format),
}

/// Who writes, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Id of the user.
    pub actor: &'a str,
    /// The accepted tenant.
    pub tenant: Option<&'a str>,
}

/// The newest rows first; with a tenant, only its own.
pub async fn list(
    pool: &PgPool,
    model: &Model,
    scope: Scope<'_>,
    limit: i64,
) -> Result<Vec<Value>, RecordError> {
    let mut transaction = pool.begin().await?;
    rls::bind_tenant(&mut transaction, scope.tenant).await?;
    let sql = format!(
        "select to_jsonb(t) from {} t where deleted_at is null and ($1::text is null or tenant_id = $1)
         order by created_at desc, id limit $2",
        model.table
    );
    let query = sqlx::query_scalar(&sql).bind(scope.tenant).bind(limit);
    let rows: Vec<Value> = query.fetch_all(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(rows.into_iter().map(|row| with_field_names(model, row)).collect())
}

/// Writes one row and its event; answers the row with its defaults filled in.
pub async fn create(
    pool: &PgPool,
    model: &Model,
    scope: Scope<'_>,
    data: &Map<String, Value>,
) -> Result<Value, RecordError> {
    let mut row = columns(model, data)?;
    if let Some(tenant) = scope.tenant {
        row.insert("tenant_id".to_owned(), tenant.into());
    }
    let mut transaction = pool.begin().await?;
    rls::bind_tenant(&mut transaction, scope.tenant).await?;
    let written = with_field_names(model, insert(&mut transaction, &model.table, row).await?);
    log_event(&mut transaction, model, scope.actor, &written).await?;
    transaction.commit().await?;
    Ok(written)
}

fn columns(model: &Model, data: &Map<String, Value>) -> Result<Map<String, Value>, RecordError> {
    data.iter()
        .map(|(name, value)| {
            let field = model.fields.iter().find(|field| field.name == *name);
            let unknown = || RecordError::UnknownField { model: model.name.clone(), field: name.clone() };
            Ok((field.ok_or_else(unknown)?.column(), value.clone()))
        })
        .collect()
}

/// Only the given columns are named, so the others take their defaults; Postgres converts each value to its column's type.
async fn insert(
    connection: &mut PgConnection,
    table: &str,
    row: Map<String, Value>,
) -> Result<Value, sqlx::Error> {
    let names = row.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let sql = if row.is_empty() {
        format!("insert into {table} default values returning to_jsonb({table})")
    } else {
        format!(
            "insert into {table} ({names}) select {names} from jsonb_populate_record(null::{table}, $1)
             returning to_jsonb({table})"
        )
    };
    let query = sqlx::query_scalar(&sql);
    let query = if row.is_empty() { query } else { query.bind(Value::Object(row)) };
    query.fetch_one(connection).await
}

async fn log_event(
    connection: &mut PgConnection,
    model: &Model,
    actor: &str,
    written: &Value,
) -> Result<(), RecordError> {
    sqlx::query(
        "insert into event_log (event_id, event_type, model_name, data, actor, timestamp)
         values ($1, 'Created', $2, $3, $4, $5)",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(&model.name)
    .bind(written)
    .bind(actor)
    .bind(OffsetDateTime::now_utc().format(&Rfc3339)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Column names become field names; automatic columns that are no field become camel case.
fn with_field_names(model: &Model, row: Value) -> Value {
    let Value::Object(row) = row else { return row };
    let automatic = ["createdAt", "updatedAt", "deletedAt", "tenantId"];
    let name_of = |column: String| {
        let field = model.fields.iter().map(|field| field.name.as_str()).chain(automatic);
        field.into_iter().find(|name| snake_case(name) == column).map(str::to_owned).unwrap_or(column)
    };
    row.into_iter().map(|(column, value)| (name_of(column), value)).collect()
}
