//! Tries to add a row to tables of a copy.
//!
//! A row is added with nothing but what the server fills by itself, in a transaction that is rolled back. Only a column that
//! refuses it for want of a value is a finding: Postgres looks at NOT NULL before any other constraint.

use std::collections::BTreeSet;

use control_plane::ports::database_copies::{CopySpec, TableWrites};
use control_plane::ports::postgres_host::PostgresError;
use model::{WriteOutcome, WriteTried};
use sqlx::postgres::PgConnectOptions;

use super::names;
use crate::session::{Refusal, Session, state};
use crate::sql::{identifier, literal};

const DOING: &str = "trying to add rows to a copy";

/// Columns without a value of their own, of tables of the schema `public`: table, column, type, and a value of that type.
const COLUMNS: &str = "
    select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
           case
             when t.typcategory = 'N' then '0'
             when t.typcategory = 'S' then ''
             when t.typcategory = 'B' then 'false'
             when t.typcategory = 'D' then 'epoch'
             when t.typcategory = 'A' then '{}'
             when t.typname in ('json', 'jsonb') then '{}'
             when t.typname = 'uuid' then '00000000-0000-0000-0000-000000000000'
             when t.typcategory = 'E' then (select enumlabel from pg_enum where enumtypid = t.oid order by enumsortorder limit 1)
           end
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname = any ($1)
      and a.attnum > 0 and not a.attisdropped and a.attnotnull and not a.atthasdef and a.attidentity = '' and a.attgenerated = ''
    order by a.attnum";

/// A column: table, name, type, value.
type Column = (String, String, String, Option<String>);

/// The whole contract of `try_writes`.
pub async fn attempt(
    admin: &PgConnectOptions,
    copy: &CopySpec,
    writes: &[TableWrites],
) -> Result<Vec<WriteTried>, PostgresError> {
    names::refuse_other_names(DOING, &copy.name)?;
    let mut session = Session::open(&admin.clone().database(&copy.name.to_string()), DOING).await?;
    let tables: Vec<&str> = writes.iter().map(|writes| writes.table.as_str()).collect();
    let columns: Vec<Column> = session.rows(DOING, sqlx::query(COLUMNS).bind(&tables)).await?;
    let role = identifier(&copy.owner.as_ref().unwrap_or(&copy.name).to_string());
    let begin = format!(
        "begin; set local statement_timeout = '5s'; set local lock_timeout = '2s'; set local role {role}"
    );
    session.run(DOING, &begin).await?;
    let mut tried = Vec::new();
    for writes in writes {
        session.run(DOING, "savepoint row").await?;
        let refusal = session.refusal(DOING, &statement(writes, &columns)).await?;
        session.run(DOING, "rollback to savepoint row").await?;
        tried.push(WriteTried { table: writes.table.clone(), outcome: outcome(refusal, writes) });
    }
    session.run(DOING, "rollback").await?;
    Ok(tried)
}

fn statement(writes: &TableWrites, columns: &[Column]) -> String {
    let filled: BTreeSet<&str> = writes.columns.iter().map(String::as_str).collect();
    let table = identifier(&writes.table);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    let of_table = columns.iter().filter(|column| column.0 == writes.table);
    for (_, name, kind, value) in of_table.filter(|column| filled.contains(column.1.as_str())) {
        let name = identifier(name);
        let value = value.as_ref().map_or_else(|| "null".to_owned(), |value| literal(value));
        values.push(format!("coalesce((select {name} from public.{table} limit 1), {value}::{kind})"));
        names.push(name);
    }
    if names.is_empty() {
        format!("insert into public.{table} default values")
    } else {
        format!("insert into public.{table} ({}) values ({})", names.join(", "), values.join(", "))
    }
}

/// A row that is refused for another reason than a missing value was not tried to its end: a server knows better values.
fn outcome(refusal: Option<Refusal>, writes: &TableWrites) -> WriteOutcome {
    let Some(Refusal { sqlstate, message, column }) = refusal else { return WriteOutcome::Added };
    match column {
        Some(column) if sqlstate == state::NOT_NULL && !writes.columns.contains(&column) => {
            WriteOutcome::Refused { column, message }
        }
        _ if sqlstate == state::NOT_NULL => WriteOutcome::NotTried { message },
        _ if sqlstate.starts_with(state::CONSTRAINTS) => WriteOutcome::Added,
        _ => WriteOutcome::NotTried { message },
    }
}
