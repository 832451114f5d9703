//! The facts of a database and its server, read in the session of a snapshot.

use control_plane::ports::database_copies::{DatabaseFacts, Extension, RoleSettings};
use control_plane::ports::postgres_host::PostgresError;

use super::names::PROJECT;
use crate::session::Session;

const DOING: &str = "reading the facts of the project's database";

/// The columns of the locale have other names in each version: `daticulocale` until 16, `datlocale` from 17 on.
const FACTS: &str = "
    select current_setting('server_version_num')::int as version,
           'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) as product,
           case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end::text as lsn,
           d.datname::text as database, d.oid::int8 as oid, pg_database_size(d.oid) as bytes,
           pg_encoding_to_char(d.encoding)::text as encoding, d.datcollate::text as collate,
           d.datctype::text as ctype, d.datlocprovider::text as provider,
           coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') as locale,
           (select count(*) from pg_largeobject_metadata) as large_objects,
           array(select distinct r.rolname::text from pg_shdepend s join pg_roles r on r.oid = s.refobjid
                 where s.dbid = d.oid and s.refclassid = 'pg_authid'::regclass and s.deptype in ('a', 'r')
                   and r.rolname <> all($1) and r.rolname <> 'fleet_backup' order by 1) as roles
    from pg_database d where d.datname = current_database()";

/// The first eight digits of a WAL file's name are its timeline. The function does not work on a standby.
const TIMELINE: &str = "
    select case when pg_is_in_recovery() then 0
                else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int8 end,
           has_function_privilege('pg_control_system()', 'execute')";

const EXTENSIONS: &str = "
    select e.extname::text, e.extversion, n.nspname::text
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname <> 'plpgsql' order by e.extname::text collate \"C\"";

const SETTINGS: &str = "
    select r.rolname::text, s.setconfig from pg_db_role_setting s
    join pg_database d on d.oid = s.setdatabase and d.datname = current_database()
    left join pg_roles r on r.oid = s.setrole
    where s.setrole = 0 or r.oid is not null order by r.rolname::text collate \"C\" nulls first";

#[derive(sqlx::FromRow)]
struct Row {
    version: i32,
    product: String,
    lsn: String,
    database: String,
    oid: i64,
    bytes: i64,
    encoding: String,
    collate: String,
    ctype: String,
    provider: String,
    locale: Option<String>,
    large_objects: i64,
    roles: Vec<String>,
}

/// Reads them. `project` are the names of the project's role.
pub async fn read(session: &mut Session, project: &[String]) -> Result<DatabaseFacts, PostgresError> {
    let rows: Vec<Row> = session.rows(DOING, sqlx::query(FACTS).bind(project)).await?;
    let none = || PostgresError::Refused { doing: DOING, reason: "the catalogs could not be read".into() };
    let row = rows.into_iter().next().ok_or_else(none)?;
    let (timeline, system_identifier) = identity(session).await?;
    Ok(DatabaseFacts {
        server_version: u32::try_from(row.version).unwrap_or_default(),
        product: row.product,
        system_identifier,
        lsn: row.lsn,
        timeline,
        database: row.database,
        oid: u32::try_from(row.oid).unwrap_or_default(),
        bytes: u64::try_from(row.bytes).unwrap_or_default(),
        encoding: row.encoding,
        collate: row.collate,
        ctype: row.ctype,
        locale_provider: row.provider,
        locale: row.locale,
        extensions: extensions(session).await?,
        settings: settings(session, project).await?,
        roles: row.roles,
        large_objects: u64::try_from(row.large_objects).unwrap_or_default(),
    })
}

/// Timeline and identifier of the cluster; managed servers may close the function.
async fn identity(session: &mut Session) -> Result<(u32, String), PostgresError> {
    let rows: Vec<(i64, bool)> = session.rows(DOING, sqlx::query(TIMELINE)).await?;
    let (timeline, is_readable) = rows.first().copied().unwrap_or_default();
    let timeline = u32::try_from(timeline).unwrap_or_default();
    if !is_readable {
        return Ok((timeline, String::new()));
    }
    let query = sqlx::query("select system_identifier::text from pg_control_system()");
    let rows: Vec<(String,)> = session.rows(DOING, query).await?;
    Ok((timeline, rows.into_iter().next().map(|(identifier,)| identifier).unwrap_or_default()))
}

async fn extensions(session: &mut Session) -> Result<Vec<Extension>, PostgresError> {
    let rows: Vec<(String, String, String)> = session.rows(DOING, sqlx::query(EXTENSIONS)).await?;
    let extension = |(name, version, schema)| Extension { name, version, schema };
    Ok(rows.into_iter().map(extension).collect())
}

async fn settings(session: &mut Session, project: &[String]) -> Result<Vec<RoleSettings>, PostgresError> {
    let rows: Vec<(Option<String>, Vec<String>)> = session.rows(DOING, sqlx::query(SETTINGS)).await?;
    let role = |name: String| if project.contains(&name) { PROJECT.to_owned() } else { name };
    Ok(rows.into_iter().map(|(name, settings)| RoleSettings { role: name.map(role), settings }).collect())
}
