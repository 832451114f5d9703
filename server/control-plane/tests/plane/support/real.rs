//! A real database server, for what memory has not: dumps, copies, swaps.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::database_copies::DatabaseCopies;
use control_plane::ports::postgres_host::{
    DatabaseReport, DatabaseSpec, EnsureOutcome, PostgresError, PostgresHost, PostgresInfo, Presence,
};
use control_plane::ports::wal_archive::{WalArchive, WalArchives};
use control_plane::testing::postgres_host::MemoryPostgres;
use model::{ByteSize, DatabaseName};
use postgres_host::testing::{TestCluster, installed};
use postgres_host::{ClientPrograms, Copies, FolderWalArchive, Host, Tenancy, WalArchiveSettings};
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, Row as _};
use tempfile::TempDir;

/// A cluster of one test, with the parts over it.
pub struct RealDatabases {
    cluster: TestCluster,
    programs: PathBuf,
    pub host: Arc<dyn PostgresHost>,
    pub copies: Arc<dyn DatabaseCopies>,
    /// The archive of its write-ahead log, where its user can go.
    wal: TempDir,
}

impl RealDatabases {
    /// A new cluster. Instances in memory log in to `memory` under the same password.
    pub async fn start(memory: &MemoryPostgres) -> Self {
        let binaries = installed().await.swap_remove(0);
        let programs = binaries.folder.clone();
        let cluster = TestCluster::start(binaries).await;
        let admin = cluster.admin();
        let real = Host::new(admin.clone(), Tenancy::Exclusive);
        let host = Arc::new(Mirrored { real, memory: memory.clone() });
        let copies = Arc::new(Copies::new(admin, ClientPrograms::new(None, [])));
        let wal = tempfile::Builder::new().prefix("wal-").tempdir_in("/tmp").unwrap();
        std::fs::set_permissions(wal.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
        Self { cluster, programs, host, copies, wal }
    }

    /// The folder of the archive of its write-ahead log.
    pub fn wal_folder(&self) -> PathBuf {
        self.wal.path().join("default")
    }

    /// An archive of its write-ahead log, in the same folder at each call.
    pub fn wal_archives(&self) -> WalArchives {
        let server = model::DatabaseServerName::default();
        let settings = WalArchiveSettings {
            server: server.clone(),
            folder: self.wal_folder(),
            days: 7,
            every: Duration::from_secs(24 * 3600),
            slot: "fleet_pitr_test".into(),
            programs: Some(self.programs.clone()),
            extra: Vec::new(),
        };
        let archive: Arc<dyn WalArchive> = Arc::new(FolderWalArchive::new(self.cluster.admin(), settings));
        WalArchives::new(BTreeMap::from([(server, archive)]), [])
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        self.cluster.admin().database(database).disable_statement_logging()
    }

    /// A session of a superuser in a database.
    pub async fn connect(&self, database: &str) -> PgConnection {
        PgConnection::connect_with(&self.options(database)).await.unwrap()
    }

    /// Runs statements in a database as the role of that name would own what they make.
    pub async fn sql(&self, database: &str, statements: &str) {
        let mut connection = self.connect(database).await;
        let text = format!("set role \"{database}\"; {statements}");
        sqlx::raw_sql(&text).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The first column of the first row, as text.
    pub async fn text(&self, database: &str, query: &str) -> String {
        let mut connection = self.connect(database).await;
        let row = sqlx::query(&format!("select ({query})::text")).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        row.get::<Option<String>, _>(0).unwrap_or_default()
    }

    /// Makes an empty database and a superuser of the same name and password, as somebody with `psql` would.
    pub async fn create(&self, name: &str) {
        let mut connection = self.connect("postgres").await;
        let role = format!("create role {name} superuser login password '{name}'");
        for statement in [role, format!("create database {name}")] {
            sqlx::raw_sql(&statement).execute(&mut connection).await.unwrap();
        }
    }

    /// Loses a database and its role, as a server that was set up anew does.
    pub async fn lose(&self, name: &str) {
        let mut connection = self.connect("postgres").await;
        for statement in [format!("drop database \"{name}\" with (force)"), format!("drop role \"{name}\"")] {
            sqlx::raw_sql(&statement).execute(&mut connection).await.unwrap();
        }
    }

    /// A client program of the server's version on a database, as a superuser of [`RealDatabases::create`].
    pub fn program(&self, name: &str, superuser: &str, database: &str) -> Command {
        let admin = self.cluster.admin();
        let mut command = Command::new(self.programs.join(name));
        let host =
            admin.get_socket().map_or_else(|| admin.get_host().into(), |folder| folder.display().to_string());
        command.env("PGHOST", host).env("PGPORT", admin.get_port().to_string());
        command.env("PGUSER", superuser).env("PGPASSWORD", superuser).env("PGDATABASE", database);
        command
    }

    /// The names of all databases of projects.
    pub async fn names(&self) -> Vec<String> {
        let names = self.text(
            "postgres",
            "select string_agg(datname, ' ' order by datname) from pg_database where datname ~ '^proj_'",
        );
        names.await.split_whitespace().map(str::to_owned).collect()
    }
}

/// Databases are real; instances, which are in memory, find one of the same name and password there.
struct Mirrored {
    real: Host,
    memory: MemoryPostgres,
}

#[async_trait]
impl PostgresHost for Mirrored {
    async fn probe(&self) -> Result<PostgresInfo, PostgresError> {
        self.real.probe().await
    }

    async fn ensure_database(&self, spec: &DatabaseSpec) -> Result<EnsureOutcome, PostgresError> {
        self.memory
            .ensure_database(&DatabaseSpec { oid: None, presence: Presence::MayBeMade, ..spec.clone() })
            .await?;
        self.real.ensure_database(spec).await
    }

    async fn retain_database(&self, name: &DatabaseName) -> Result<Option<ByteSize>, PostgresError> {
        self.real.retain_database(name).await
    }

    async fn databases(&self) -> Result<BTreeMap<DatabaseName, DatabaseReport>, PostgresError> {
        self.real.databases().await
    }

    fn url(&self, name: &DatabaseName, password: &SecretString) -> SecretString {
        self.memory.url(name, password)
    }

    fn socket(&self) -> Option<PathBuf> {
        None
    }
}
