//! What the composition root decides.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::{ApprovalPolicy, BackupPolicy, BackupSchedule, Limits, ProjectClass, ReleaseRef};

use crate::backup_keys::BackupKeys;
use crate::ports::archive_store::ArchiveStore;
use crate::ports::driver::{Driver, Release};
use crate::ports::gateway::{Gateway, HeaderRouting};
use crate::ports::postgres_host::DatabaseHosts;
use crate::ports::registry_database::RegistryDatabase;
use crate::ports::schema_reader::SchemaReader;
use crate::ports::schema_source::SchemaSource;
use crate::ports::secret_store::SecretStore;
use crate::ports::volumes::Volumes;
use crate::ports::wal_archive::WalArchives;
use crate::schema_volumes::folders::VolumeFolders;

/// The parts that were chosen.
#[derive(Clone)]
pub struct Ports {
    /// Runs instances.
    pub driver: Arc<dyn Driver>,
    /// Keeps secrets.
    pub secrets: Arc<dyn SecretStore>,
    /// Reads schemas.
    pub schemas: Arc<dyn SchemaSource>,
    /// Understands schema files.
    pub reader: Arc<dyn SchemaReader>,
    /// Routes requests.
    pub gateway: Arc<dyn Gateway>,
    /// Hold the projects' databases.
    pub postgres: DatabaseHosts,
    /// Hold the files of instances.
    pub volumes: Arc<dyn Volumes>,
    /// The registry, as a database that is dumped.
    pub registry_database: Arc<dyn RegistryDatabase>,
    /// Holds the archives of backups.
    pub archives: Arc<dyn ArchiveStore>,
    /// Holds copies of the schema files that projects are pinned to, where that is switched on.
    pub mirror: Option<Arc<dyn ArchiveStore>>,
    /// Hold the write-ahead log of database servers, where that is switched on.
    pub wal_archives: WalArchives,
}

/// How projects are deleted with their database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletePolicy {
    /// When another operator has to approve it.
    pub approval: ApprovalPolicy,
    /// The greatest age of the verified backup when a delete is requested; without one, a backup is taken then.
    pub backup_age: Duration,
    /// How long a request waits for an approval.
    pub expiry: Duration,
    /// How long the database of a deleted project is in the trash.
    pub trash: Duration,
}

impl Default for DeletePolicy {
    fn default() -> Self {
        const HOUR: u64 = 3600;
        Self {
            approval: ApprovalPolicy::Auto,
            backup_age: Duration::from_secs(HOUR),
            expiry: Duration::from_secs(3 * 24 * HOUR),
            trash: Duration::from_secs(7 * 24 * HOUR),
        }
    }
}

/// When a deploy has to be rehearsed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RehearsalPolicy {
    /// Only where the request asks for it.
    Never,
    /// Those of projects of the class production.
    #[default]
    Production,
    /// All of them.
    Always,
}

impl RehearsalPolicy {
    /// Whether deploys of projects of this class have to be rehearsed.
    pub fn applies_to(self, class: ProjectClass) -> bool {
        match self {
            Self::Never => false,
            Self::Production => class == ProjectClass::Production,
            Self::Always => true,
        }
    }
}

/// How projects are deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeployPolicy {
    /// Which deploys have to be rehearsed.
    pub rehearsal: RehearsalPolicy,
    /// The greatest age of the verified backup where a deploy can cost data and takes none.
    pub backup_age: Duration,
    /// How long after a deploy its undo with data is offered.
    pub undo: Duration,
}

impl Default for DeployPolicy {
    fn default() -> Self {
        const HOUR: u64 = 3600;
        Self {
            rehearsal: RehearsalPolicy::Production,
            backup_age: Duration::from_secs(24 * HOUR),
            undo: Duration::from_secs(72 * HOUR),
        }
    }
}

/// How often projects are checked for drift, besides after operations and on events of the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DriftIntervals {
    /// The levels that follow from the last observation.
    pub interval: Duration,
    /// The levels that ask database and instance.
    pub catalog_interval: Duration,
}

impl Default for DriftIntervals {
    fn default() -> Self {
        Self { interval: Duration::from_secs(60), catalog_interval: Duration::from_secs(600) }
    }
}

/// What [`Settings::pauses`] is but in tests.
pub const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// How the engine works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What instances run whose project does not say.
    pub release: Release,
    /// The folder of the programs that a project may choose from; `None` where none was named.
    pub programs: Option<PathBuf>,
    /// The limits of a new project.
    pub limits: Limits,
    /// First and last of the loopback ports that upstreams are taken from, two a project.
    pub upstream_ports: (u16, u16),
    /// `DATABASE_POOL_MAX` of an instance whose project was created without another.
    pub pool_size: model::PoolSize,
    /// How long the gateway holds a request whose instance does not listen yet.
    pub hold: Duration,
    /// How long an instance may take until it is ready.
    pub ready_timeout: Duration,
    /// How long a request through the gateway may take to come through: a certificate has to be issued for a new name.
    pub verify_timeout: Duration,
    /// How long an instance may take to end by itself.
    pub grace: Duration,
    /// The pause after the first try of the same work, and the longest; in between they double.
    pub pauses: (Duration, Duration),
    /// The pause between two attempts on a project that failed.
    pub failed_retry: Duration,
    /// How long acts that were begun may take to end when the engine stops; then they are dropped, as by a crash.
    pub drain: Duration,
    /// How often everything is looked at, whatever hints came.
    pub sweep: Duration,
    /// How many instances are started at once.
    pub concurrency: usize,
    /// From where `X-Atomo-Project` is honoured.
    pub header: HeaderRouting,
    /// The dashboard's public name and where it listens, when our gateway serves it.
    pub dashboard: Option<(model::Hostname, std::net::SocketAddr)>,
    /// The gateway's port for HTTPS, for links.
    pub https_port: u16,
    /// A certificate that ends within so many days is told.
    pub certificate_alert_days: u32,
    /// To whom archives of backups are encrypted.
    pub backup_keys: BackupKeys,
    /// The backup policy of projects without one of their own.
    pub backup_policy: BackupPolicy,
    /// How long a database that a restore replaced is kept, as the way back.
    pub keep_former: Duration,
    /// How projects are deleted with their database.
    pub deletes: DeletePolicy,
    /// How projects are deployed.
    pub deploys: DeployPolicy,
    /// How often projects are checked for drift.
    pub drift: DriftIntervals,
    /// A folder for dumps that are being restored.
    pub spool: PathBuf,
    /// Backups of the control plane itself.
    pub fleet_backups: FleetBackupSettings,
    /// The hostname that the create form suggests.
    pub hostname_pattern: model::HostnamePattern,
    /// The folders of files that projects follow in development.
    pub volumes: VolumeFolders,
}

/// Backups of the control plane itself.
#[derive(Debug, Clone)]
pub struct FleetBackupSettings {
    /// When they are taken, and how many are retained.
    pub policy: BackupPolicy,
    /// The recovery key that a setting names, an `age` recipient. It comes before one that was made here.
    pub recipient: Option<String>,
    /// Whether the secrets are outside this machine.
    pub secrets_external: bool,
    /// Files and folders that are sealed to the recovery key, by their path in the archive. Absent ones are left out.
    pub sealed: Vec<(String, PathBuf)>,
    /// The settings without secrets, for people.
    pub settings: String,
}

/// None are taken.
impl Default for FleetBackupSettings {
    fn default() -> Self {
        Self {
            policy: BackupPolicy { schedule: BackupSchedule::Off, ..BackupPolicy::default() },
            recipient: None,
            secrets_external: false,
            sealed: Vec::new(),
            settings: String::new(),
        }
    }
}

impl Settings {
    /// The release of a project that wants this one, or whatever the fleet runs.
    pub fn release(&self, wanted: Option<&ReleaseRef>) -> Release {
        match (&self.release, wanted) {
            (_, None) => self.release.clone(),
            (Release::Image(_), Some(wanted)) => Release::Image(wanted.to_string()),
            (Release::Program(_), Some(wanted)) => {
                let folder = self.programs.clone().unwrap_or_default();
                Release::Program(folder.join(wanted.as_str()))
            }
        }
    }

    /// What a project is pinned to that is made now, so that another setting does not replace the whole fleet; `None` where
    /// no release was named.
    pub fn pinned(&self) -> Option<ReleaseRef> {
        let name = match &self.release {
            Release::Image(name) => name.clone(),
            Release::Program(path) => {
                self.programs.as_ref()?;
                path.file_name()?.to_str()?.to_owned()
            }
        };
        name.parse().ok()
    }
}
