//! A project with data on one server, and what the tests do with copies of it.

use std::process::Stdio;

use control_plane::ports::database_copies::{
    CopySpec, DatabaseContents, DatabaseCopies as _, DatabaseFacts, DumpSource,
};
use control_plane::ports::postgres_host::{PostgresError, PostgresHost as _};
use model::{DatabaseName, DatabaseOid};
use postgres_host::{ClientPrograms, Copies};
use secrecy::SecretString;
use sqlx::{Executor as _, PgConnection};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::support::{Admin, World, connect, spec, worlds};

pub const PROJECT: &str = "acme-crm";
pub const MAIN: &str = "proj_acme-crm";

/// A project's database and the port over its server.
pub struct Workshop {
    pub world: World,
    pub copies: Copies,
    pub url: SecretString,
    pub oid: DatabaseOid,
}

/// A dump with what was read in the same snapshot.
pub struct Dump {
    pub bytes: Vec<u8>,
    pub facts: DatabaseFacts,
    pub contents: DatabaseContents,
}

/// One for every major version on this machine, with an empty database.
pub async fn workshops(admin: Admin) -> Vec<Workshop> {
    let mut workshops = Vec::new();
    for world in worlds(admin).await {
        workshops.push(Workshop::on(world).await);
    }
    workshops
}

pub fn main() -> DatabaseName {
    spec(PROJECT).name
}

/// `proj_acme-crm_r_00000000000N` for the kind `r`.
pub fn named(kind: &str, number: u32) -> DatabaseName {
    format!("{MAIN}_{kind}_{number:012}").parse().unwrap()
}

pub fn silent(_: &str, _: usize, _: usize) {}

impl Workshop {
    pub async fn on(world: World) -> Self {
        let url = world.project(PROJECT).await;
        let oid = world.host.ensure_database(&spec(PROJECT)).await.unwrap().oid();
        let copies = Copies::new(world.admin.clone(), ClientPrograms::new(None, []));
        Self { world, copies, url, oid }
    }

    /// Fills the database with one of everything.
    pub async fn fill(&self) {
        let mut superuser = self.superuser(MAIN).await;
        superuser
            .execute("create role reader; alter database \"proj_acme-crm\" set search_path = '$user', public")
            .await
            .unwrap();
        superuser
            .execute("alter role \"proj_acme-crm\" in database \"proj_acme-crm\" set atomo.region = 'eu'")
            .await
            .unwrap();
        for extension in self.extensions().await {
            superuser.execute(&*extension).await.unwrap();
        }
        self.project().await.execute(include_str!("schema.sql")).await.unwrap();
    }

    /// Statements for those of the extensions that the server has.
    async fn extensions(&self) -> Vec<String> {
        let has =
            "select name::text from pg_available_extensions where name in ('citext', 'pg_trgm', 'pgcrypto')";
        let names: Vec<String> =
            sqlx::query_scalar(has).fetch_all(&mut self.superuser(MAIN).await).await.unwrap();
        let schema = |name: &str| if name == "pg_trgm" { "apart" } else { "public" };
        let create = |name: &String| {
            let schema = schema(name);
            format!(
                "create schema if not exists {schema}; grant usage on schema {schema} to \"{MAIN}\"; \
                     create extension {name} schema {schema}"
            )
        };
        let mut statements: Vec<String> = names.iter().map(create).collect();
        if names.iter().any(|name| name == "citext") {
            statements.push(
                "create table mails (mail public.citext primary key); insert into mails values ('A@b')"
                    .into(),
            );
        }
        statements
    }

    pub async fn superuser(&self, database: &str) -> PgConnection {
        self.world.superuser(database).await
    }

    /// The project's role in its database.
    pub async fn project(&self) -> PgConnection {
        connect(&self.url).await.unwrap()
    }

    /// Executes statements of a superuser in a database.
    pub async fn execute(&self, database: &DatabaseName, statements: &str) {
        self.superuser(&database.to_string()).await.execute(statements).await.unwrap();
    }

    pub async fn dump(&self) -> Dump {
        let mut snapshot = self.copies.snapshot(&main(), Some(self.oid)).await.unwrap();
        let facts = snapshot.facts().clone();
        let mut program = snapshot.dump().await.unwrap();
        let running = tokio::spawn(async move { program.output().await.unwrap() });
        let contents = snapshot.contents(true, &silent).await.unwrap();
        let output = running.await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Dump { bytes: output.stdout, facts, contents }
    }

    /// A finished copy with the rows of a dump.
    pub async fn restored(&self, number: u32, dump: &Dump) -> CopySpec {
        let copy = CopySpec { name: named("r", number), owner: Some(main()), facts: dump.facts.clone() };
        self.load(&copy, &dump.bytes).await.unwrap();
        self.copies.finish_copy(&copy).await.unwrap();
        copy
    }

    /// Creates a copy and loads it from standard input; the program's messages if it fails.
    pub async fn load(&self, copy: &CopySpec, bytes: &[u8]) -> Result<DatabaseOid, String> {
        let oid = self.copies.create_copy(copy).await.map_err(|error| error.to_string())?;
        let program = self.copies.restore(copy, &DumpSource::Stdin).await.unwrap();
        run(program, bytes).await.map(|()| oid)
    }

    pub async fn contents(&self, copy: &CopySpec) -> DatabaseContents {
        self.copies.contents(copy, true, &silent).await.unwrap()
    }

    /// The OID of a database that must exist.
    pub async fn oid_of(&self, name: &DatabaseName) -> DatabaseOid {
        let query = sqlx::query_scalar::<_, i64>("select oid::int8 from pg_database where datname = $1");
        let oid =
            query.bind(name.to_string()).fetch_one(&mut self.superuser("postgres").await).await.unwrap();
        DatabaseOid::new(u32::try_from(oid).unwrap())
    }

    /// A database that is no project's.
    pub async fn oid_of_template(&self) -> DatabaseOid {
        let query =
            sqlx::query_scalar::<_, i64>("select oid::int8 from pg_database where datname = 'template1'");
        let oid = query.fetch_one(&mut self.superuser("postgres").await).await.unwrap();
        DatabaseOid::new(u32::try_from(oid).unwrap())
    }

    /// Whether `ensure_database` finds nothing to correct.
    pub async fn is_right(&self) -> bool {
        let found = self.world.host.ensure_database(&spec(PROJECT)).await;
        format!("{found:?}").ends_with("repairs: [] })")
    }
}

/// Runs a program that reads its standard input.
pub async fn run(mut program: Command, bytes: &[u8]) -> Result<(), String> {
    let mut child = program.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(bytes).await.ok(); // a program that has failed reads no more
    drop(input);
    let output = child.wait_with_output().await.unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// The message of a refusal.
pub fn refusal<T: std::fmt::Debug>(outcome: Result<T, PostgresError>) -> String {
    match outcome {
        Err(error @ PostgresError::Refused { .. }) => error.to_string(),
        other => panic!("a refusal was expected: {other:?}"),
    }
}

/// The names of tables, sequences and lines that are not in both.
pub fn differences(a: &DatabaseContents, b: &DatabaseContents) -> Vec<String> {
    let all = |it: &DatabaseContents| -> Vec<String> {
        let tables =
            it.tables.iter().map(|table| format!("{}: {} {:?}", table.name, table.rows, table.digest));
        let sequences =
            it.sequences.iter().map(|sequence| format!("{}: {:?}", sequence.name, sequence.last_value));
        tables.chain(sequences).chain(it.catalog.iter().cloned()).collect()
    };
    let (a, b) = (all(a), all(b));
    let first = a.iter().filter(|line| !b.contains(line)).map(|line| format!("< {line}"));
    let second = b.iter().filter(|line| !a.contains(line)).map(|line| format!("> {line}"));
    first.chain(second).collect()
}

/// Fails with the differences alone: the contents are long.
pub fn assert_same(found: &DatabaseContents, expected: &DatabaseContents) {
    assert_eq!(differences(found, expected), [""; 0]);
}
