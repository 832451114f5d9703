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
use super::{ClientPrograms, Copies, connection, contents, facts, lookup, project_names};
use crate::session::Session;

const OPENING: &str = "opening a snapshot of the project's database";
const DUMP: &str = "preparing the dump of the project's database";

/// From here on extensions are left out by name.
const EXCLUDES_EXTENSIONS: u32 = 17;

/// Schemas that contain members of extensions and nothing else, apart from `public`.
const EXTENSION_SCHEMAS: &str = "
    select n.nspname::text from pg_namespace n
    where exists (select from pg_extension e where e.extnamespace = n.oid)
      and n.nspname !~ '^pg_' and n.nspname <> 'public'
      and not exists (
        select from pg_depend d
        where d.refclassid = 'pg_namespace'::regclass and d.refobjid = n.oid and d.deptype = 'n'
          and d.classid <> 'pg_extension'::regclass
          and not exists (select from pg_depend m
                          where m.classid = d.classid and m.objid = d.objid and m.deptype = 'e'))";

pub struct Snapshot {
    session: Session,
    id: String,
    facts: DatabaseFacts,
    project: Vec<String>,
    /// Whether the language, which every database has at first, is still an extension.
    has_plpgsql: bool,
    extension_schemas: Vec<String>,
    dumper: Dumper,
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
    let project = project_names(database);
    let mut session = copies.backup.session(&name).await?;
    contents::begin(&mut session).await?;
    let rows: Vec<(String,)> = session.rows(OPENING, sqlx::query("select pg_export_snapshot()")).await?;
    let id = rows.into_iter().next().map(|(id,)| id).unwrap_or_default();
    let facts = facts::read(&mut session, &project).await?;
    refuse_another(database, oid, DatabaseOid::new(facts.oid))?;
    let schemas: Vec<(String,)> = session.rows(OPENING, sqlx::query(EXTENSION_SCHEMAS)).await?;
    let plpgsql = sqlx::query("select extname::text from pg_extension where extname = 'plpgsql'");
    let plpgsql: Vec<(String,)> = session.rows(OPENING, plpgsql).await?;
    Ok(Snapshot {
        session,
        id,
        facts,
        project,
        has_plpgsql: !plpgsql.is_empty(),
        extension_schemas: schemas.into_iter().map(|(name,)| name).collect(),
        dumper: Dumper::of(&copies.admin, &copies.programs, &copies.backup),
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
        // `Copies::create_copy` makes extensions. Only their owner may comment on them, which the dump would do
        if client.major >= EXCLUDES_EXTENSIONS {
            command.arg("--exclude-extension=*");
        } else if self.has_plpgsql && !self.facts.extensions.is_empty() {
            command.arg("--extension=plpgsql");
        }
        command.args(self.extension_schemas.iter().map(|name| format!("--exclude-schema={}", exactly(name))));
        command.env("PGAPPNAME", "fleet-backup").stdout(Stdio::piped());
        connection::set(&mut command, &self.dumper.server, backup_role::NAME, &self.dumper.password);
        Ok(command)
    }

    async fn contents(
        &mut self,
        digests: bool,
        progressed: Progressed<'_>,
    ) -> Result<DatabaseContents, PostgresError> {
        contents::read(&mut self.session, &self.project, digests, progressed).await
    }

    async fn sequences(&mut self) -> Result<Vec<SequenceContents>, PostgresError> {
        contents::sequences(&mut self.session).await
    }
}

/// A pattern of `pg_dump` that matches this name only.
fn exactly(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
