//! Single tables of a dump.

use control_plane::ports::database_copies::{CopySpec, DumpPart, TableName};
use control_plane::ports::postgres_host::PostgresError;
use sqlx::postgres::PgConnectOptions;

use super::names;
use crate::session::Session;
use crate::sql::identifier;

const DOING: &str = "removing the other tables of a copy";

/// Tables that are neither wanted nor an ancestor of a wanted partition. Those of extensions stay.
const OTHERS: &str = "
    with recursive wanted as (
      select c.oid from unnest($1::text[], $2::text[]) w (schema, name)
      join pg_namespace n on n.nspname = w.schema join pg_class c on c.relnamespace = n.oid and c.relname = w.name
      union select i.inhparent from pg_inherits i join wanted on wanted.oid = i.inhrelid)
    select n.nspname::text, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and c.oid not in (select oid from wanted)
      and not exists (select from pg_depend d
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')";

/// `pg_restore` compares schemas and tables with their plain names, byte by byte.
pub fn options(part: &DumpPart) -> Vec<String> {
    match part {
        DumpPart::Definitions => vec!["--section=pre-data".into()],
        DumpPart::Rows { schema, tables } => {
            let tables = tables.iter().map(|table| format!("--table={table}"));
            ["--section=data".into(), format!("--schema={schema}")].into_iter().chain(tables).collect()
        }
    }
}

/// The whole contract of `keep_tables`.
pub async fn keep(
    admin: &PgConnectOptions,
    copy: &CopySpec,
    tables: &[TableName],
) -> Result<(), PostgresError> {
    names::refuse_other_names(DOING, &copy.name)?;
    let mut inside = Session::open(&admin.clone().database(&copy.name.to_string()), DOING).await?;
    let (schemas, names): (Vec<&str>, Vec<&str>) =
        tables.iter().map(|table| (table.schema.as_str(), table.name.as_str())).unzip();
    let others = sqlx::query(OTHERS).bind(schemas).bind(names);
    let others: Vec<(String, String)> = inside.rows(DOING, others).await?;
    inside.unlimited();
    for (schema, name) in others {
        let table = format!("{}.{}", identifier(&schema), identifier(&name));
        inside.run(DOING, &format!("drop table if exists {table} cascade")).await?;
    }
    Ok(())
}
