//! Everything outside of the control plane: it outlives a crash of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use control_plane::ports::postgres_host::DatabaseHosts;
use control_plane::ports::wal_archive::WalArchives;
use control_plane::testing::archive_store::MemoryArchives;
use control_plane::testing::database_copies::NoCopies;
use control_plane::testing::gateway::MemoryGateway;
use control_plane::testing::postgres_host::MemoryPostgres;
use control_plane::testing::schema_source::{Entry, MemorySource};
use control_plane::testing::secret_store::MemorySecrets;
use control_plane::testing::volumes::MemoryVolumes;
use control_plane::{Ports, Settings};
use model::{CommitSha, ProjectDraft, ProjectId, RepoUrl, SchemaRefDraft};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use super::history;
use super::machine::Machine;
use crate::support::fuse::{Fuse, Fused};
use crate::support::ports::PortBlock;
use crate::support::postgres::Database;
use crate::support::record;
use crate::support::world::{PATH, REPO};

/// The parts, the registry's database, and a way to it as with `psql`.
pub struct Outside {
    pub database: Database,
    pub psql: PgPool,
    pub machine: Machine,
    pub gateway: MemoryGateway,
    secrets: MemorySecrets,
    schemas: MemorySource,
    postgres: MemoryPostgres,
    volumes: MemoryVolumes,
    commit: CommitSha,
    folder: tempfile::TempDir,
}

impl Outside {
    /// A migrated registry without projects.
    pub async fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let database = Database::new().await;
        database.registry().await.close().await;
        let psql = PgPoolOptions::new().max_connections(4).connect_with(database.options()).await.unwrap();
        history::begin(&psql).await;
        let (gateway, postgres) = (MemoryGateway::before_silence(), MemoryPostgres::new());
        let (schemas, repo) = (MemorySource::new(), REPO.parse::<RepoUrl>().unwrap());
        let commit = schemas.commit(&repo, "works", &[(PATH, Entry::text("model Shop {}"))]);
        Self {
            machine: Machine::new(&gateway, &postgres, &Fuse::default(), PortBlock::take()),
            database,
            psql,
            gateway,
            secrets: MemorySecrets::new(),
            schemas,
            postgres,
            volumes: MemoryVolumes::new(),
            commit,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A folder for the files of jobs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The parts, as a control plane has them.
    pub fn parts(&self) -> Ports {
        let fuse = self.machine.fuse().clone();
        let postgres = Fused { part: self.postgres.clone(), fuse: fuse.clone() };
        Ports {
            driver: Arc::new(self.machine.clone()),
            secrets: Arc::new(Fused { part: self.secrets.clone(), fuse: fuse.clone() }),
            schemas: Arc::new(self.schemas.clone()),
            reader: Arc::new(schema_typescript::TypeScriptReader),
            gateway: Arc::new(Fused { part: self.gateway.clone(), fuse }),
            postgres: DatabaseHosts::one(Arc::new(postgres), Arc::new(NoCopies::default())),
            volumes: Arc::new(self.volumes.clone()),
            registry_database: Arc::new(control_plane::testing::registry_database::NoDump),
            archives: Arc::new(MemoryArchives::default()),
            wal_archives: WalArchives::default(),
            mirror: None,
        }
    }

    /// Waits are short, and nothing that takes too long here is taken for broken.
    pub fn settings(&self) -> Settings {
        Settings {
            upstream_ports: self.machine.ports(),
            hold: Duration::from_millis(30),
            ready_timeout: Duration::from_secs(30),
            verify_timeout: Duration::from_secs(10),
            grace: Duration::from_secs(1),
            pauses: (Duration::from_millis(1), Duration::from_millis(20)),
            drift: control_plane::settings::DriftIntervals::default(),
            sweep: Duration::from_secs(1),
            ..record::settings()
        }
    }

    /// A create that works.
    pub fn draft(&self, id: &ProjectId, reuse_database: bool) -> ProjectDraft {
        let schema_ref = SchemaRefDraft {
            r#type: "git".into(),
            repo: REPO.into(),
            path: PATH.into(),
            r#ref: self.commit.to_string(),
        };
        let hostname = format!("{id}.example.test");
        ProjectDraft { id: id.to_string(), hostname, schema_ref, reuse_database, ..ProjectDraft::default() }
    }
}
