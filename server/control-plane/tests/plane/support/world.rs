//! A whole fleet for one test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use archives_directory::DirectoryArchives;
use control_plane::context::Authentication;
use control_plane::ports::archive_store::ArchiveStore;
use control_plane::ports::postgres_host::{DatabaseHost, DatabaseHosts, PostgresHost};
use control_plane::ports::registry_database::RegistryDatabase;
use control_plane::ports::secret_store::{SecretPath, SecretReader as _};
use control_plane::ports::volumes::Volumes;
use control_plane::registry::Registry;
use control_plane::testing::database_copies::NoCopies;
use control_plane::testing::gateway::MemoryGateway;
use control_plane::testing::postgres_host::MemoryPostgres;
use control_plane::testing::registry_database::NoDump;
use control_plane::testing::schema_source::{Entry, MemorySource};
use control_plane::testing::secret_store::MemorySecrets;
use control_plane::volumes::LocalVolumes;
use control_plane::{ControlPlane, OpContext, Ports, Settings};
use model::{
    Actor, CommitSha, DatabaseName, DatabaseServerName, Grants, ProjectDraft, ProjectId, RepoUrl,
    SchemaRefDraft,
};
use postgres_host::{ClientPrograms, Copies, RegistryCopies};

use super::fuse::{Fuse, Fused};
use super::instances::{Instances, REFUSED};
use super::ports::PortBlock;
use super::postgres::Database;
use super::real::RealDatabases;
use super::running::Running;

/// Where schemas come from, by `file:` so that no credential is asked for.
pub const REPO: &str = "file:///srv/schemas";
pub const PATH: &str = "shop/schema.ts";

/// Everything outside the control plane: it outlives a crash of it.
pub struct World {
    pub database: Database,
    pub driver: Instances,
    pub gateway: MemoryGateway,
    pub secrets: MemorySecrets,
    pub schemas: MemorySource,
    pub postgres: MemoryPostgres,
    /// Database servers beside the first.
    pub further: Vec<(DatabaseServerName, MemoryPostgres)>,
    pub fuse: Fuse,
    /// The catalogs of the databases in memory.
    pub catalogs: NoCopies,
    /// Folders below [`World::volumes_dir`], unless a test puts others here.
    pub volumes: Arc<dyn Volumes>,
    /// A commit whose schema works, and one whose schema the server refuses.
    pub good: CommitSha,
    pub bad: CommitSha,
    /// A real database server in place of that in memory.
    real: Option<RealDatabases>,
    archives_wal: bool,
    /// The mirror of schema files; none unless a test puts one here.
    pub mirror: Option<Arc<dyn ArchiveStore>>,
    folder: tempfile::TempDir,
    pub(super) ports: Arc<PortBlock>,
}

/// An owner.
pub fn ines() -> OpContext {
    let actor = Actor::Operator("ines@example.com".parse().unwrap());
    let authentication = Authentication::session(time::OffsetDateTime::UNIX_EPOCH);
    OpContext::operator(actor, uuid::Uuid::from_u128(7).into(), Grants::everything(), authentication)
}

pub fn id(text: &str) -> ProjectId {
    text.parse().unwrap()
}

impl World {
    pub async fn new() -> Self {
        // what `main` does; an error says that another test of this process was faster
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (fuse, gateway, schemas) =
            (Fuse::default(), MemoryGateway::before_silence(), MemorySource::new());
        let (postgres, ports) = (MemoryPostgres::new(), Arc::new(PortBlock::take()));
        let folder = tempfile::tempdir().unwrap();
        let repo: RepoUrl = REPO.parse().unwrap();
        let bad = schemas.commit(&repo, "refused", &[(PATH, Entry::text(REFUSED))]);
        let good = schemas.commit(&repo, "works", &[(PATH, Entry::text("model Shop {}"))]);
        Self {
            database: Database::new().await,
            driver: Instances::new(&gateway, &postgres, &fuse, &ports),
            secrets: MemorySecrets::new(),
            volumes: Arc::new(LocalVolumes::new(folder.path().into())),
            real: None,
            archives_wal: false,
            mirror: None,
            folder,
            ports,
            gateway,
            schemas,
            postgres,
            further: Vec::new(),
            fuse,
            catalogs: NoCopies::default(),
            good,
            bad,
        }
    }

    /// The folder with one folder for each instance.
    pub fn volumes_dir(&self) -> &Path {
        self.folder.path()
    }

    /// A control plane that does nothing yet.
    pub async fn plane(&self) -> ControlPlane {
        self.plane_with(self.settings()).await
    }

    async fn plane_with(&self, settings: Settings) -> ControlPlane {
        self.plane_over(self.database.registry().await, settings)
    }

    pub fn plane_over(&self, registry: Registry, settings: Settings) -> ControlPlane {
        let fuse = self.fuse.clone();
        let ports = Ports {
            driver: Arc::new(self.driver.clone()),
            secrets: Arc::new(Fused { part: self.secrets.clone(), fuse: fuse.clone() }),
            schemas: Arc::new(self.schemas.clone()),
            reader: Arc::new(schema_typescript::TypeScriptReader),
            gateway: Arc::new(Fused { part: self.gateway.clone(), fuse }),
            postgres: self.hosts(&self.fuse),
            volumes: Arc::clone(&self.volumes),
            registry_database: self.registry_database(),
            archives: Arc::new(DirectoryArchives::new(self.archives_dir())),
            mirror: self.mirror.clone(),
            wal_archives: self
                .real
                .as_ref()
                .filter(|_| self.archives_wal)
                .map(RealDatabases::wal_archives)
                .unwrap_or_default(),
        };
        ControlPlane::new(registry, ports, settings)
    }

    /// From the next start of a control plane on, databases are real. Call it before anything is created.
    pub async fn use_real_databases(&mut self) {
        self.real = Some(RealDatabases::start(&self.postgres).await);
    }

    /// From the next start of a control plane on, the write-ahead log of the real database server is archived.
    pub fn archive_wal(&mut self) {
        self.archives_wal = true;
    }

    /// The real database server.
    pub fn real(&self) -> &RealDatabases {
        self.real.as_ref().expect("a world with real databases")
    }

    /// The registry as a database. The backup role is made on its server, so only for worlds with real databases.
    pub fn registry_database(&self) -> Arc<dyn RegistryDatabase> {
        if self.real.is_none() {
            return Arc::new(NoDump);
        }
        let options = self.database.options();
        Arc::new(RegistryCopies::new(
            options.clone(),
            Arc::new(Copies::new(options, ClientPrograms::new(None, []))),
        ))
    }

    /// The folders of files that projects follow.
    pub fn volume_folders(&self) -> control_plane::VolumeFolders {
        let root = self.folder.path();
        control_plane::VolumeFolders { own: root.join(".development"), allowed: vec![root.join(".files")] }
    }

    /// The folder of archives.
    pub fn archives_dir(&self) -> PathBuf {
        self.folder.path().join(".archives")
    }

    fn hosts(&self, fuse: &Fuse) -> DatabaseHosts {
        if let Some(real) = &self.real {
            return DatabaseHosts::one(Arc::clone(&real.host), Arc::clone(&real.copies));
        }
        let host = |part: &MemoryPostgres| -> Arc<dyn PostgresHost> {
            Arc::new(Fused { part: part.clone(), fuse: fuse.clone() })
        };
        let default = DatabaseHost {
            name: DatabaseServerName::default(),
            region: None,
            host: host(&self.postgres),
            copies: Arc::new(self.catalogs.clone()),
        };
        let further = self.further.iter().map(|(name, part)| DatabaseHost {
            name: name.clone(),
            region: Some("far away".into()),
            host: host(part),
            copies: Arc::new(self.catalogs.clone()),
        });
        DatabaseHosts::new(default, further)
    }

    /// A new fuse in place of the present one, from the next start of a control plane on. What stands at one that has blown
    /// never goes on.
    pub fn replace_fuse(&mut self) {
        self.fuse = Fuse::default();
        self.driver.set_fuse(&self.fuse);
    }

    /// Adds a database server, from the next start of a control plane on.
    pub fn add_server(&mut self, name: &str) -> MemoryPostgres {
        let server = MemoryPostgres::at(name);
        self.further.push((name.parse().unwrap(), server.clone()));
        self.driver.add_server(&server);
        server
    }

    /// A control plane at work.
    pub async fn start(&self) -> Running {
        self.start_with(self.settings()).await
    }

    /// A control plane at work, with other settings.
    pub async fn start_with(&self, settings: Settings) -> Running {
        Running::begin(self.plane_with(settings).await).await
    }

    /// A create that works, reached as `ID.example.test`.
    pub fn draft(&self, id: &str) -> ProjectDraft {
        ProjectDraft {
            id: id.into(),
            hostname: format!("{id}.example.test"),
            schema_ref: self.schema(&self.good),
            ..ProjectDraft::default()
        }
    }

    /// The schema at a commit, as it is typed.
    #[expect(clippy::unused_self, reason = "reads as the world's own schema")]
    pub fn schema(&self, commit: &CommitSha) -> SchemaRefDraft {
        SchemaRefDraft {
            r#type: "git".into(),
            repo: REPO.into(),
            path: PATH.into(),
            r#ref: commit.to_string(),
        }
    }

    /// Every database of a project, and whether the URL that its instance is given opens it.
    pub async fn databases(&self) -> BTreeMap<ProjectId, bool> {
        let mut opens = BTreeMap::new();
        for DatabaseName { project: id, .. } in self.postgres.databases().await.unwrap().into_keys() {
            let url = self.secrets.get(&SecretPath::project(&id, "database_url"), None).await.unwrap();
            let session = self.postgres.log_in(&url.unwrap().value);
            opens.insert(id, session.is_ok());
        }
        opens
    }

    /// What a browser gets.
    pub async fn browse(&self, host: &str) -> Result<u16, String> {
        let ask = control_plane::testing::gateway::Ask::https(host, "/ready");
        self.gateway.ask(ask).await.map(|answer| answer.status)
    }
}
