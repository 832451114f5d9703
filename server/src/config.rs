//! Settings: the environment (`ATOMO_FLEET_*`) over a TOML file over defaults; each may stand in a file of its own.
//!
//! One table names every setting with its default and what is accepted; help, `atomo-fleet config` and the error texts
//! are made of it. A wrong setting stops the start with its name, its value and what is accepted, an unknown one with its
//! name only; all of them at once.

mod database_servers;
mod layer;
mod parse;
mod source;
mod table;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use control_plane::ports::gateway::HeaderRouting;
use driver_docker::Subnets;
use gateway_caddy::{AdminAddress, Issuer};
use model::{Limits, PoolSize};
use secrecy::SecretString;
use secrets_ssm::SsmSettings;
use url::Url;

pub use database_servers::DatabaseServerSetting;
pub use source::Raw;
pub use table::help;

/// Which folders `file://` repositories may be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRepos {
    /// None but the examples.
    Examples,
    /// Any.
    All,
    /// Those below these.
    Below(Vec<PathBuf>),
}

/// How instances are run, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs {
    /// Processes of this program; the stand-in's when none is named.
    Processes(Option<PathBuf>),
    /// Containers.
    Containers {
        /// Of this image.
        image: String,
        /// The engine's socket.
        socket: PathBuf,
        /// Where their networks are cut from.
        subnets: Subnets,
    },
}

/// Where secrets are kept. The word is the one that references in the registry begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretsIn {
    /// Encrypted files of the data directory.
    Sealed,
    /// Parameters of AWS.
    Ssm,
}

impl std::str::FromStr for SecretsIn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "sealed" => Ok(Self::Sealed),
            "ssm" => Ok(Self::Ssm),
            _ => Err("this is not one of the words".into()),
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

/// Every setting, valid.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the dashboard and the API listen.
    pub listen: SocketAddr,
    /// Under which address they are reached.
    pub public_url: Url,
    /// The folder of everything that is kept.
    pub data_dir: PathBuf,
    /// An external Postgres server, for the registry and the projects.
    pub database_url: Option<SecretString>,
    /// What is said of each database server, and where the credentials of those beside the first are.
    pub database_servers: Vec<DatabaseServerSetting>,
    /// The folder of Postgres' programs.
    pub pg_bin: Option<PathBuf>,
    /// How instances are run, and what.
    pub runs: Runs,
    /// The limits of a new project.
    pub limits: Limits,
    /// Where secrets are kept.
    pub secrets: SecretsIn,
    /// How they are kept in SSM, now or after a move.
    pub ssm: SsmSettings,
    /// An external Caddy.
    pub caddy_admin: Option<AdminAddress>,
    /// Caddy's program.
    pub caddy_bin: Option<PathBuf>,
    /// Where the gateway listens for HTTP.
    pub gateway_http: SocketAddr,
    /// Where the gateway listens for HTTPS.
    pub gateway_https: SocketAddr,
    /// Who signs certificates.
    pub issuer: Issuer,
    /// The folder of the operator's own certificates.
    pub certificates: Option<PathBuf>,
    /// A certificate that ends within so many days is told.
    pub certificate_alert_days: u32,
    /// Which folders `file://` repositories may be in.
    pub allow_file_repos: FileRepos,
    /// A local repository that is registered at the start.
    pub examples: Option<PathBuf>,
    /// First and last port of instances.
    pub upstream_ports: (u16, u16),
    /// Connections of an instance's pool, unless its project says otherwise.
    pub pool_size: PoolSize,
    /// How long the gateway holds a request.
    pub hold: Duration,
    /// How long an instance may take to get ready.
    pub ready_timeout: Duration,
    /// How long an instance may take to end.
    pub grace: Duration,
    /// How often everything is looked at.
    pub sweep: Duration,
    /// Projects worked on at once.
    pub concurrency: usize,
    /// From where `X-Atomo-Project` is honoured.
    pub header_routing: HeaderRouting,
    /// The folder of the front end's files.
    pub site: Option<PathBuf>,
    /// Which log lines are written.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_format: LogFormat,
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Settings that are wrong.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError(Vec<Wrong>);

/// One wrong setting.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name}{} ({origin}): {fault}. Accepted: {accepted}.", .value.as_ref().map(|value| format!(" = {value:?}")).unwrap_or_default())]
pub struct Wrong {
    name: String,
    /// `None` where it may be a secret: nobody knows what an unknown setting was meant to be.
    value: Option<String>,
    origin: String,
    fault: String,
    accepted: String,
}

impl Config {
    /// Checks everything.
    pub fn of(raw: &Raw) -> Result<Self, ConfigError> {
        parse::config(raw).map_err(ConfigError)
    }
}

#[cfg(test)]
mod tests;
