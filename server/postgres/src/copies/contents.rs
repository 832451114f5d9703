//! The contents of a database: rows, sequences and catalog, read in one snapshot as the backup role.

use control_plane::ports::database_copies::{DatabaseContents, Progressed, SequenceContents, TableContents};
use control_plane::ports::postgres_host::PostgresError;

use crate::session::{Session, state};

const READING: &str = "reading the contents of a database";
const CATALOG: &str = "reading the catalog of a database";

/// Everything on which the text of a value depends, and no limit that the database sets for the project's sessions. The server
/// notices within ten seconds that a reader is gone. Without JIT the catalog of 200 tables takes 25 ms; to compile its query takes 200 ms.
const PINNED: &str = "
    set timezone = 'UTC'; set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres'; set extra_float_digits = 1;
    set bytea_output = 'hex'; set xmloption = 'content'; set search_path = pg_catalog; set row_security = off;
    set lc_monetary = 'C'; set lc_numeric = 'C'; set lc_time = 'C'; set quote_all_identifiers = off;
    set client_connection_check_interval = '10s'; set lock_timeout = '10s'; set jit = off;
    select set_config(name, '0', false) from pg_settings
    where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout', 'idle_session_timeout')";

/// Materialized views are left out: a restore computes them again, so their rows may differ where the original is stale, or was
/// computed under row security for one tenant. Foreign tables have no rows here.
///
/// The second column says whether a type of the rows is hashed by its OID, which differs in a copy: enumerations and references to
/// the catalog, also within arrays, domains, ranges and composite types.
const TABLES: &str = "
    with recursive tables as (
      select c.oid, format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'),
    used (tab, typ) as (
      select t.oid, a.atttypid from tables t join pg_attribute a on a.attrelid = t.oid
      where a.attnum > 0 and not a.attisdropped
      union
      select u.tab, part.typ from used u join pg_type t on t.oid = u.typ cross join lateral (
        select t.typelem union all select t.typbasetype
        union all select r.rngsubtype from pg_range r where t.oid in (r.rngtypid, r.rngmultitypid)
        union all select a.atttypid from pg_attribute a
                  where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) part (typ)
      where part.typ <> 0)
    select t.name, exists (
      select from used u join pg_type y on y.oid = u.typ
      where u.tab = t.oid and (y.typtype = 'e' or (y.typname ~ '^reg' and y.typnamespace = 'pg_catalog'::regnamespace)))
    from tables t";

const SEQUENCES: &str = "
    select format('%I.%I', schemaname, sequencename), last_value from pg_sequences
    where schemaname !~ '^pg_' and schemaname <> 'information_schema'";

/// Hashes the values of each row.
const RECORD: Hash = Hash { kind: "record", expression: "hash_record_extended(t.*, 0)" };
/// Hashes the text of each row, for rows with a type that has no hash function or one over OIDs.
const TEXT: Hash = Hash { kind: "text", expression: "hashtextextended((t.*)::text, 0)" };

#[derive(Clone, Copy)]
struct Hash {
    kind: &'static str,
    expression: &'static str,
}

/// Starts the transaction in which a database is read.
pub async fn begin(session: &mut Session) -> Result<(), PostgresError> {
    session.run(READING, PINNED).await?;
    session.run(READING, "begin isolation level repeatable read read only").await
}

/// Reads them in a transaction of [`begin`]. `project` are the names of the project's role.
pub async fn read(
    session: &mut Session,
    project: &[String],
    digests: bool,
    progressed: Progressed<'_>,
) -> Result<DatabaseContents, PostgresError> {
    let catalog = catalog(session, project).await?;
    let sequences = sequences(session).await?;
    session.unlimited();
    let tables = tables(session, digests, progressed).await;
    session.limited();
    let mut tables = tables?;
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(DatabaseContents { tables, sequences, catalog })
}

/// Describes these tables as they are after a restore that has none of their rows.
pub fn without_rows(contents: &mut DatabaseContents, tables: &[&str]) {
    for table in contents.tables.iter_mut().filter(|table| tables.contains(&table.name.as_str())) {
        table.rows = 0;
        let kind = table.digest.as_ref().and_then(|digest| digest.split(':').next());
        table.digest = kind.map(|kind| format!("{kind}:0"));
    }
}

/// The catalog as sorted lines, in a transaction of [`begin`].
pub async fn catalog(session: &mut Session, project: &[String]) -> Result<Vec<String>, PostgresError> {
    let query = sqlx::query(include_str!("catalog.sql")).bind(project);
    let rows: Vec<(String,)> = session.rows(CATALOG, query).await?;
    let mut lines: Vec<String> = rows.into_iter().map(|(line,)| line.replace('\n', " ")).collect();
    lines.sort_unstable();
    Ok(lines)
}

/// The sequences as they are now, by name: they are no part of the snapshot.
pub async fn sequences(session: &mut Session) -> Result<Vec<SequenceContents>, PostgresError> {
    let mut rows: Vec<(String, Option<i64>)> = session.rows(READING, sqlx::query(SEQUENCES)).await?;
    rows.sort();
    let read = |(name, last_value)| SequenceContents { name, last_value, moved_to: None };
    Ok(rows.into_iter().map(read).collect())
}

async fn tables(
    session: &mut Session,
    digests: bool,
    progressed: Progressed<'_>,
) -> Result<Vec<TableContents>, PostgresError> {
    let names: Vec<(String, bool)> = session.rows(READING, sqlx::query(TABLES)).await?;
    let mut tables = Vec::with_capacity(names.len());
    for (position, (name, by_text)) in names.iter().enumerate() {
        let (rows, digest) = if digests {
            digested(session, name, *by_text).await?
        } else {
            (counted(session, name).await?, None)
        };
        tables.push(TableContents { name: name.clone(), rows, digest });
        progressed(name, position + 1, names.len());
    }
    Ok(tables)
}

/// Without the rows of children, which are tables of their own.
async fn counted(session: &mut Session, table: &str) -> Result<u64, PostgresError> {
    let text = format!("select count(*) from only {table}");
    let rows: Vec<(i64,)> = session.rows(READING, sqlx::query(&text).persistent(false)).await?;
    Ok(rows.first().and_then(|(rows,)| u64::try_from(*rows).ok()).unwrap_or_default())
}

/// Rows and digest. The first row decides whether its types can be hashed, so the fallback costs no second scan.
async fn digested(
    session: &mut Session,
    table: &str,
    by_text: bool,
) -> Result<(u64, Option<String>), PostgresError> {
    session.run(READING, "savepoint digest").await?;
    let mut found = if by_text { None } else { hashed(session, table, RECORD).await? };
    if found.is_none() {
        session.run(READING, "rollback to savepoint digest").await?;
        found = hashed(session, table, TEXT).await?;
    }
    session.run(READING, "release savepoint digest").await?;
    let none = || PostgresError::Refused { doing: READING, reason: format!("{table} cannot be hashed") };
    found.map(|(rows, digest)| (rows, Some(digest))).ok_or_else(none)
}

/// `None` if a type of the rows has no hash function.
async fn hashed(
    session: &mut Session,
    table: &str,
    hash: Hash,
) -> Result<Option<(u64, String)>, PostgresError> {
    let Hash { kind, expression } = hash;
    // a column may have any name, so the row is `t.*`: `t` alone could be a column
    let text =
        format!("select count(*), coalesce(sum({expression}::numeric), 0)::text from only {table} as t");
    let query = sqlx::query(&text).persistent(false);
    let rows: Option<Vec<(i64, String)>> =
        session.rows_unless(READING, state::NO_SUCH_FUNCTION, query).await?;
    let row = rows.and_then(|rows| rows.into_iter().next());
    Ok(row.map(|(rows, sum)| (u64::try_from(rows).unwrap_or_default(), format!("{kind}:{sum}"))))
}
