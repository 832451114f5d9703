//! A snapshot: a session of the backup role whose transaction stays open, so that `pg_dump` reads the same rows.

use std::process::Stdio;

use async_trait::async_trait;
use control_plane::ports::database_copies::{
    DatabaseContents, DatabaseFacts, DatabaseSnapshot, Progressed, SequenceContents,
};
use control_plane::ports::postgres_host::PostgresError;
use model::{DatabaseName, DatabaseOid};
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use super::backup_role::{self, BackupRole};
use super::{ClientPrograms, Copies, connection, contents, facts, lookup, names};
use crate::session::Session;
use crate::sql::identifier;

const OPENING: &str = "opening a snapshot of the project's database";
const CATALOG: &str = "reading the catalog of the project's database";
const DUMP: &str = "preparing the dump of the project's database";

/// From here on extensions are left out by name.
const EXCLUDES_EXTENSIONS: u32 = 17;

/// Extensions that only a superuser creates, which `Copies::create_copy` does: whether they have a comment, and their schema if it
/// contains members of extensions and nothing else (apart from `public`).
const UNTRUSTED: &str = "
    select e.extname::text, obj_description(e.oid, 'pg_extension') is not null,
           case when n.nspname !~ '^pg_' and n.nspname <> 'public' and not exists (
             select from pg_depend d
             where d.refclassid = 'pg_namespace'::regclass and d.refobjid = n.oid and d.deptype = 'n'
               and d.classid <> 'pg_extension'::regclass
               and not exists (select from pg_depend m
                               where m.classid = d.classid and m.objid = d.objid and m.deptype = 'e'))
           then n.nspname::text end
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname <> 'plpgsql' and not exists (
      select from pg_available_extension_versions v where v.name = e.extname and (v.trusted or not v.superuser))";

pub struct Snapshot {
    session: Session,
    id: String,
    facts: DatabaseFacts,
    project: Vec<String>,
    untrusted: Vec<Untrusted>,
    dumper: Dumper,
    /// Tables whose rows are left out, by schema and name.
    rowless: &'static [&'static str],
}

/// An extension that only a superuser creates.
struct Untrusted {
    name: String,
    has_comment: bool,
    own_schema: Option<String>,
}

/// What `pg_dump` needs.
struct Dumper {
    server: PgConnectOptions,
    programs: ClientPrograms,
    password: secrecy::SecretString,
}

/// Opens one; the contract is that of the port.
pub async fn open(
    copies: &Copies,
    database: &DatabaseName,
    oid: Option<DatabaseOid>,
) -> Result<Snapshot, PostgresError> {
    let name = database.to_string();
    let mut admin = Session::open(&copies.admin, OPENING).await?;
    let gone = || PostgresError::Gone { doing: OPENING, database: database.clone() };
    let found = lookup::by_name(&mut admin, OPENING, &name).await?.ok_or_else(gone)?;
    refuse_another(database, oid, found.oid)?;
    let snapshot = of_database(copies, &name, names::of_project(database), &[]).await?;
    refuse_another(database, oid, DatabaseOid::new(snapshot.facts.oid))?;
    Ok(snapshot)
}

/// The catalog of a project's database; the contract is that of the port.
pub async fn catalog(
    copies: &Copies,
    database: &DatabaseName,
    oid: Option<DatabaseOid>,
) -> Result<Vec<String>, PostgresError> {
    let name = database.to_string();
    let mut admin = Session::open(&copies.admin, CATALOG).await?;
    let gone = || PostgresError::Gone { doing: CATALOG, database: database.clone() };
    let found = lookup::by_name(&mut admin, CATALOG, &name).await?.ok_or_else(gone)?;
    refuse_another(database, oid, found.oid)?;
    let mut session = copies.backup.session(&name).await?;
    contents::begin(&mut session).await?;
    contents::catalog(&mut session, &names::of_project(database)).await
}

/// Opens one of any database. `owners` are the names of the role that owns it; the rows of the tables `rowless` are left out.
pub async fn of_database(
    copies: &Copies,
    name: &str,
    owners: Vec<String>,
    rowless: &'static [&'static str],
) -> Result<Snapshot, PostgresError> {
    let mut session = copies.backup.session(name).await?;
    contents::begin(&mut session).await?;
    let rows: Vec<(String,)> = session.rows(OPENING, sqlx::query("select pg_export_snapshot()")).await?;
    let id = rows.into_iter().next().map(|(id,)| id).unwrap_or_default();
    let facts = facts::read(&mut session, &owners).await?;
    let rows: Vec<(String, bool, Option<String>)> = session.rows(OPENING, sqlx::query(UNTRUSTED)).await?;
    let untrusted = |(name, has_comment, own_schema)| Untrusted { name, has_comment, own_schema };
    Ok(Snapshot {
        session,
        id,
        facts,
        project: owners,
        untrusted: rows.into_iter().map(untrusted).collect(),
        dumper: Dumper::of(&copies.admin, &copies.programs, &copies.backup),
        rowless,
    })
}

fn refuse_another(
    database: &DatabaseName,
    recorded: Option<DatabaseOid>,
    found: DatabaseOid,
) -> Result<(), PostgresError> {
    match recorded {
        Some(recorded) if recorded != found => {
            Err(PostgresError::Another { doing: OPENING, database: database.clone(), recorded, found })
        }
        _ => Ok(()),
    }
}

impl Dumper {
    fn of(server: &PgConnectOptions, programs: &ClientPrograms, backup: &BackupRole) -> Self {
        Self { server: server.clone(), programs: programs.clone(), password: backup.password().clone() }
    }
}

#[async_trait]
impl DatabaseSnapshot for Snapshot {
    fn facts(&self) -> &DatabaseFacts {
        &self.facts
    }

    async fn dump(&self) -> Result<Command, PostgresError> {
        let client = self.dumper.programs.for_server(DUMP, self.facts.server_version).await?;
        let mut command = client.command("pg_dump");
        command.args(["--format=custom", "--compress=0", "--no-password", "--lock-wait-timeout=10s"]);
        command.args(["--no-publications", "--no-subscriptions"]);
        command.arg(format!("--snapshot={}", self.id)).arg(format!("--dbname={}", self.facts.database));
        for extension in &self.untrusted {
            extension.leave_out(&mut command, client.major)?;
        }
        command.args(self.rowless.iter().map(|table| format!("--exclude-table-data={table}")));
        command.env("PGAPPNAME", "fleet-backup").stdout(Stdio::piped());
        connection::set(&mut command, &self.dumper.server, backup_role::NAME, &self.dumper.password);
        Ok(command)
    }

    async fn contents(
        &mut self,
        digests: bool,
        progressed: Progressed<'_>,
    ) -> Result<DatabaseContents, PostgresError> {
        let mut contents = contents::read(&mut self.session, &self.project, digests, progressed).await?;
        contents::without_rows(&mut contents, self.rowless);
        Ok(contents)
    }

    async fn sequences(&mut self) -> Result<Vec<SequenceContents>, PostgresError> {
        contents::sequences(&mut self.session).await
    }
}

impl Untrusted {
    /// Before 17 `pg_dump` cannot leave out an extension alone: `--extension` drops default rights, casts and more. `CREATE EXTENSION
    /// IF NOT EXISTS` does no harm, but only the owner of an extension may comment on it.
    fn leave_out(&self, command: &mut Command, major: u32) -> Result<(), PostgresError> {
        if major >= EXCLUDES_EXTENSIONS {
            command.arg(format!("--exclude-extension={}", identifier(&self.name)));
        } else if self.has_comment {
            let reason = format!(
                "only a superuser may create the extension {}, and the comment on it could not be restored. Have a superuser \
                 execute in the project's database: comment on extension {} is null",
                self.name,
                identifier(&self.name)
            );
            return Err(PostgresError::Refused { doing: DUMP, reason });
        }
        // a pattern in double quotes matches this name only
        command.args(self.own_schema.iter().map(|name| format!("--exclude-schema={}", identifier(name))));
        Ok(())
    }
}
