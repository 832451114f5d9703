//! The catalog of a project's database, for comparing it with a schema.

use std::time::{Duration, Instant};

use control_plane::ports::database_catalog::{
    CatalogSeen, ColumnSeen, ConstraintKind, ConstraintSeen, IndexSeen, TableSeen,
};
use control_plane::ports::postgres_host::PostgresError;
use model::{DatabaseName, DatabaseOid};

use super::{Copies, lookup};
use crate::session::Session;

const DOING: &str = "reading the catalog of a database";
const COUNTING: &str = "counting rows";
/// How long all questions together may take.
const ALL: Duration = Duration::from_secs(60);

/// One read-only transaction; a question that takes longer than 10 s is refused by the server.
const BEGIN: &str = "set statement_timeout = '10s'; set lock_timeout = '3s'; set search_path = pg_catalog; set row_security = off;
    begin isolation level repeatable read read only";

/// $1: the project's role.
const TABLES: &str = "
    select c.relname::text, c.relkind in ('r', 'p'), pg_has_role($1::name, c.relowner, 'USAGE')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1";

const COLUMNS: &str = "
    select c.relname::text, a.attname::text, format_type(a.atttypid, null), a.attnotnull,
           a.atthasdef or a.attidentity <> '' or a.attgenerated <> ''
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
    order by 1, a.attnum";

const CONSTRAINTS: &str = "
    select c.relname::text, k.conname::text, k.contype::text,
           coalesce((select array_agg(a.attname::text order by key.place)
                     from unnest(k.conkey) with ordinality as key (number, place)
                     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.number), '{}')
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and k.contype <> 'n' order by 1, 2";

const INDEXES: &str = "
    select i.relname::text, t.relname::text, x.indisunique and x.indisvalid,
           coalesce((select array_agg(a.attname::text order by key.place)
                     from unnest(x.indkey::int2[]) with ordinality as key (number, place)
                     join pg_attribute a on a.attrelid = x.indrelid and a.attnum = key.number), '{}')
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    join pg_namespace n on n.oid = i.relnamespace
    where n.nspname = 'public' order by 1";

const RESERVED: &str = "select word from pg_get_keywords() where catcode in ('R', 'T')";

/// The whole contract of `seen`.
pub async fn seen(
    copies: &Copies,
    database: &DatabaseName,
    oid: Option<DatabaseOid>,
) -> Result<CatalogSeen, PostgresError> {
    let mut session = begun(copies, database, oid).await?;
    let role = database.to_string();
    let tables: Vec<(String, bool, bool)> = session.rows(DOING, sqlx::query(TABLES).bind(role)).await?;
    let columns: Vec<(String, String, String, bool, bool)> =
        session.rows(DOING, sqlx::query(COLUMNS)).await?;
    let constraints: Vec<(String, String, String, Vec<String>)> =
        session.rows(DOING, sqlx::query(CONSTRAINTS)).await?;
    let indexes: Vec<(String, String, bool, Vec<String>)> = session.rows(DOING, sqlx::query(INDEXES)).await?;
    let words: Vec<(String,)> = session.rows(DOING, sqlx::query(RESERVED)).await?;
    let table = |(name, is_table, is_owned): (String, bool, bool)| TableSeen {
        columns: columns.iter().filter(|row| row.0 == name).map(column).collect(),
        constraints: constraints.iter().filter(|row| row.0 == name).map(constraint).collect(),
        name,
        is_table,
        is_owned,
    };
    let index = |(name, table, is_unique, columns)| IndexSeen { name, table, is_unique, columns };
    Ok(CatalogSeen {
        tables: tables.into_iter().map(table).collect(),
        indexes: indexes.into_iter().map(index).collect(),
        reserved_words: words.into_iter().map(|(word,)| word).collect(),
    })
}

fn column((_, name, sql_type, not_null, fills_itself): &(String, String, String, bool, bool)) -> ColumnSeen {
    ColumnSeen {
        name: name.clone(),
        sql_type: sql_type.clone(),
        not_null: *not_null,
        fills_itself: *fills_itself,
    }
}

fn constraint((_, name, kind, columns): &(String, String, String, Vec<String>)) -> ConstraintSeen {
    let kind = match kind.as_str() {
        "p" => ConstraintKind::PrimaryKey,
        "u" => ConstraintKind::Unique,
        "c" => ConstraintKind::Check,
        "f" => ConstraintKind::ForeignKey,
        _ => ConstraintKind::Other,
    };
    ConstraintSeen { name: name.clone(), kind, columns: columns.clone() }
}

/// The whole contract of `count`. A refused question ends its savepoint only.
pub async fn count(
    copies: &Copies,
    database: &DatabaseName,
    oid: Option<DatabaseOid>,
    questions: &[String],
) -> Result<Vec<Option<u64>>, PostgresError> {
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let mut session = begun(copies, database, oid).await?;
    let (begun, mut answers) = (Instant::now(), Vec::with_capacity(questions.len()));
    for question in questions {
        if begun.elapsed() > ALL {
            answers.push(None);
            continue;
        }
        session.run(COUNTING, "savepoint question").await?;
        let rows: Option<Vec<(i64,)>> = session.rows_if_accepted(sqlx::query(question)).await?;
        if rows.is_none() {
            session.run(COUNTING, "rollback to savepoint question").await?;
        }
        let answer = rows.and_then(|rows| rows.first().and_then(|(rows,)| u64::try_from(*rows).ok()));
        answers.push(answer);
    }
    Ok(answers)
}

async fn begun(
    copies: &Copies,
    database: &DatabaseName,
    oid: Option<DatabaseOid>,
) -> Result<Session, PostgresError> {
    let name = database.to_string();
    let mut admin = Session::open(&copies.admin, DOING).await?;
    let found = lookup::by_name(&mut admin, DOING, &name).await?.map(|found| found.oid);
    drop(admin);
    let found = found.ok_or_else(|| PostgresError::Gone { doing: DOING, database: database.clone() })?;
    if let Some(recorded) = oid.filter(|recorded| *recorded != found) {
        return Err(PostgresError::Another { doing: DOING, database: database.clone(), recorded, found });
    }
    let mut session = copies.backup.session(&name).await?;
    session.run(DOING, BEGIN).await?;
    Ok(session)
}
