//! Settings. The environment (`ATOMO_FLEET_*`) overrides a TOML file, which overrides the defaults. Each setting can be
//! read from a file of its own (`..._FILE`).
//!
//! One table has every setting with its default and accepted values; help, `atomo-fleet config` and error texts are
//! made from it. Invalid settings stop the start with name, value and accepted values, all at once; an unknown one is
//! named without its value, which may be a secret.

mod database_servers;
mod layer;
mod parse;
mod source;
mod table;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use archives_s3::S3Location;
use control_plane::ports::gateway::HeaderRouting;
use control_plane::settings::DriftIntervals;
use driver_docker::Subnets;
use gateway_caddy::{AdminAddress, Issuer};
use model::{BackupPolicy, ByteSize, DatabaseServerName, HostnamePattern, Limits, PoolSize};
use secrecy::SecretString;
use secrets_ssm::SsmSettings;
use url::Url;

pub use database_servers::DatabaseServerSetting;
pub use source::Raw;
pub use table::help;

/// Folders that `file://` repositories may be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRepos {
    /// None but the examples.
    Examples,
    /// Any folder.
    All,
    /// These folders and those below them.
    Below(Vec<PathBuf>),
}

/// The driver and its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs {
    /// Processes of this program; `None`: the stand-in.
    Processes(Option<PathBuf>),
    /// Containers.
    Containers {
        /// The image.
        image: String,
        /// The engine's socket.
        socket: PathBuf,
        /// The range of the projects' networks.
        subnets: Subnets,
    },
}

/// The secret store. Its name is the prefix of references in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretsIn {
    /// Encrypted files in the data directory.
    Sealed,
    /// AWS SSM parameters.
    Ssm,
}

impl std::str::FromStr for SecretsIn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "sealed" => Ok(Self::Sealed),
            "ssm" => Ok(Self::Ssm),
            _ => Err("not an accepted value".into()),
        }
    }
}

impl std::fmt::Display for SecretsIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sealed => "sealed",
            Self::Ssm => "ssm",
        })
    }
}

/// The settings of backups.
#[derive(Debug, Clone)]
pub struct BackupSettings {
    /// Where the archives are.
    pub place: BackupsIn,
    /// The age recipients of archives; empty: they are not encrypted.
    pub recipients: Vec<String>,
    /// The file with the identities that decrypt archives.
    pub identity: Option<PathBuf>,
    /// The backup policy of projects without one of their own.
    pub policy: BackupPolicy,
    /// When backups of the control plane itself are taken, and how many are retained.
    pub fleet_policy: BackupPolicy,
    /// The recovery key, an age recipient; `None`: the one that was made here.
    pub recovery_recipient: Option<String>,
    /// All settings as texts with secrets redacted, for backups of the control plane itself.
    pub printed: String,
    /// How long a database that a restore replaced is kept.
    pub keep_former: Duration,
    /// How projects are deleted with their database.
    pub deletes: control_plane::settings::DeletePolicy,
    /// How projects are deployed.
    pub deploys: control_plane::settings::DeployPolicy,
    /// The archive of write-ahead log.
    pub wal_archive: WalArchiveSetting,
}

/// The settings of the archive of write-ahead log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalArchiveSetting {
    /// The servers that are archived.
    pub servers: BTreeSet<DatabaseServerName>,
    /// The folder; `None`: the folder `wal` in the data directory.
    pub folder: Option<PathBuf>,
    /// How many days back a restore is possible.
    pub days: u32,
    /// The interval of base backups.
    pub every: Duration,
}

/// The archive store of backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupsIn {
    /// The folder `backups` in the data directory.
    DataDir,
    /// A folder.
    Folder(PathBuf),
    /// A bucket.
    Bucket(S3Location),
}

/// Schema files beside those of repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaSettings {
    /// Where copies of the files are that projects are pinned to; `None`: nowhere.
    pub mirror: Option<MirrorIn>,
    /// Folders of files that projects may follow in development.
    pub volumes: Vec<PathBuf>,
}

/// The mirror of schema files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MirrorIn {
    /// A folder.
    Folder(PathBuf),
    /// A bucket.
    Bucket(S3Location),
}

/// All settings, validated.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address of dashboard and API.
    pub listen: SocketAddr,
    /// Public URL of dashboard and API.
    pub public_url: Url,
    /// The data directory.
    pub data_dir: PathBuf,
    /// An external Postgres server for registry and projects; `None`: the embedded cluster.
    pub database_url: Option<SecretString>,
    /// The database servers, with the credential files of those beside the first.
    pub database_servers: Vec<DatabaseServerSetting>,
    /// Folder of the Postgres programs.
    pub pg_bin: Option<PathBuf>,
    /// The driver and its settings.
    pub runs: Runs,
    /// Limits of a new project.
    pub limits: Limits,
    /// The secret store.
    pub secrets: SecretsIn,
    /// Settings of SSM; also used for a move.
    pub ssm: SsmSettings,
    /// An external Caddy; `None`: a child process.
    pub caddy_admin: Option<AdminAddress>,
    /// The Caddy program.
    pub caddy_bin: Option<PathBuf>,
    /// The gateway's HTTP address.
    pub gateway_http: SocketAddr,
    /// The gateway's HTTPS address.
    pub gateway_https: SocketAddr,
    /// The issuer of certificates.
    pub issuer: Issuer,
    /// Folder of certificate files.
    pub certificates: Option<PathBuf>,
    /// The hostname that the create form suggests.
    pub hostname_pattern: HostnamePattern,
    /// A certificate that expires within this number of days is flagged.
    pub certificate_alert_days: u32,
    /// Backups.
    pub backups: BackupSettings,
    /// Folders that `file://` repositories may be in.
    pub allow_file_repos: FileRepos,
    /// Schema files beside those of repositories.
    pub schemas: SchemaSettings,
    /// What one fetch of a schema repository may receive.
    pub repository_limit: ByteSize,
    /// A local repository to register at the start.
    pub examples: Option<PathBuf>,
    /// First and last port of instances, inclusive.
    pub upstream_ports: (u16, u16),
    /// Connection pool size of a new project's instance.
    pub pool_size: PoolSize,
    /// How long the gateway holds a request.
    pub hold: Duration,
    /// Time-out of an instance's start.
    pub ready_timeout: Duration,
    /// Time-out of the request through the gateway that ends a change.
    pub verify_timeout: Duration,
    /// The pause between two attempts of a project that failed.
    pub failed_retry: Duration,
    /// Time an instance has to stop before it is killed.
    pub grace: Duration,
    /// Interval of the sweep.
    pub sweep: Duration,
    /// How often projects are checked for drift.
    pub drift: DriftIntervals,
    /// Maximum number of projects reconciled at the same time.
    pub concurrency: usize,
    /// From which clients `X-Atomo-Project` is accepted.
    pub header_routing: HeaderRouting,
    /// Folder of the front end's files.
    pub site: Option<PathBuf>,
    /// Filter of log lines.
    pub log: String,
    /// Format of log lines.
    pub log_format: LogFormat,
}

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Plain text.
    Text,
    /// JSON.
    Json,
}

/// Invalid settings.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError(Vec<Wrong>);

/// An invalid setting.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name}{} ({origin}): {fault}. Accepted: {accepted}.", .value.as_ref().map(|value| format!(" = {value:?}")).unwrap_or_default())]
pub struct Wrong {
    name: String,
    /// `None` if it may be a secret, as the value of an unknown setting may.
    value: Option<String>,
    origin: String,
    fault: String,
    accepted: String,
}

impl Config {
    /// Validates all settings.
    pub fn of(raw: &Raw) -> Result<Self, ConfigError> {
        parse::config(raw).map_err(ConfigError)
    }
}

#[cfg(test)]
mod tests;
